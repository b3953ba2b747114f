/** Points at source files that have grown long enough to be doing more than one job. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Lists the TypeScript files, relative to `root`, with more lines than the limit. */
export function checkFileSizes(root: string, files: readonly string[], limit = 250): string[] {
  return files.filter((file) => file.endsWith(".ts")).flatMap((file) => {
    const lines = readFileSync(join(root, file), "utf8").split("\n").length - 1;
    return lines > limit ? [`${file} has ${lines} lines`] : [];
  });
}
