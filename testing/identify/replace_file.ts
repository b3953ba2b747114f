import { chmodSync, chownSync, mkdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";

/**
 * Writes a file in one step, and creates its private folder if needed. The owner is that of the
 * older file, or of the folder, so that a file changed by root still belongs to the daemon. A new
 * file is private, an older one keeps its permissions.
 */
export function replaceFile(path: string, content: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const there = statSync(path, { throwIfNoEntry: false });
  const { uid, gid } = there ?? statSync(folder);
  const fresh = `${path}.${process.pid}.tmp`;
  writeFileSync(fresh, content, { mode: 0o600 });
  if (process.getuid?.() === 0) chownSync(fresh, uid, gid);
  chmodSync(fresh, (there?.mode ?? 0o600) & 0o777);
  renameSync(fresh, path);
}
