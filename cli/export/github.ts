/**
 * Passes variables to the later steps of a GitHub Actions job.
 *
 * @module
 */

import { appendFileSync, fstatSync, statSync } from "node:fs";
import { env } from "../../src/runtime.ts";
import type { Context } from "../context.ts";
import { CommandError, EXIT } from "../exit_codes.ts";
import { systemReason } from "../system_reason.ts";

/**
 * The lines that make the runner hide values in the log. The runner splits a value of several lines
 * itself.
 */
export function masksOf(values: Iterable<string>): string {
  const masks = [...values].filter((value) => value.trim() !== "").map((value) => {
    const escaped = value.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
    return `::add-mask::${escaped}\n`;
  });
  return masks.join("");
}

/**
 * Prints the masks first, so that the runner sees them, and appends the variables to the file that
 * `GITHUB_ENV` names; without one, prints both. With stdout redirected to that file, the masks go
 * to stderr, which the runner reads too.
 */
export function handToGitHub(context: Context, masks: string, text: string): void {
  const file = env("GITHUB_ENV");
  if (file !== undefined && isStdout(file)) {
    context.host.writeSync(2, masks);
    return context.print(text);
  }
  context.print(masks);
  if (file === undefined) return context.print(text);
  try {
    // Begins with a line feed, because another program may have left its last line open; the runner
    // skips blank lines.
    appendFileSync(file, `\n${text}`);
  } catch (error) {
    throw new CommandError(
      EXIT.failed,
      `Cannot write ${JSON.stringify(file)}, which GITHUB_ENV names: ${systemReason(error)}`,
    );
  }
}

function isStdout(path: string): boolean {
  try {
    const [file, stdout] = [statSync(path), fstatSync(1)];
    return file.ino === stdout.ino && file.dev === stdout.dev;
  } catch {
    return false;
  }
}
