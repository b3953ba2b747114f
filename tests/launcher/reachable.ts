/** Whether an ordinary user can reach the repository: as root, some tests run as one. */
import { statSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";

/** @returns The folder on the way to `root` that other users may not enter, if there is one. */
export function closedFolder(root: string): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (let folder = root;; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}
