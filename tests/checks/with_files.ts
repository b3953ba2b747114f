/** A folder of source files for the tests of the checks. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Writes files, by name and text, into a folder that exists as long as `body` runs. */
export function withFiles<T>(files: Record<string, string>, body: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "checks-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
