/** Points at source files that have grown long enough to be doing more than one job. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What a file's header says when its length has a reason. */
const REASON = /\blong because\b/i;

/**
 * Lists the TypeScript files, relative to `root`, with more lines than the limit. A header comment
 * that says "long because …" is a reason.
 */
export function checkFileSizes(root: string, files: readonly string[], limit: number): string[] {
  return files.filter((file) => file.endsWith(".ts")).flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    const lines = text.split("\n").length - 1;
    const [header = ""] = /^\s*\/\*\*.*?\*\//s.exec(text) ?? [];
    const words = header.replaceAll(/\s*\n\s*\*\s*/g, " ");
    return lines > limit && !REASON.test(words) ? [`${file} has ${lines} lines`] : [];
  });
}
