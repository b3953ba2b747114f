/**
 * Checks where values may be written: not to a file that git could commit.
 *
 * @module
 */

import { realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import process from "node:process";
import { CommandError, EXIT } from "../exit_codes.ts";
import { foundText } from "../found_file.ts";
import { shellWord } from "../../src/errors/shell_word.ts";
import { cannotWrite } from "../replace_file.ts";
import { askGit } from "../scan/git.ts";

/**
 * @param path The output.
 * @throws {CommandError} When git tracks it, or would with the next `git add`.
 */
export function checkIgnored(path: string): void {
  const folder = dirname(resolve(path));
  let real;
  try {
    real = realpathSync(folder);
    if (!statSync(real).isDirectory()) throw Object.assign(new Error(), { code: "ENOTDIR" });
  } catch (error) {
    throw cannotWrite(path, error);
  }
  const inside = askGit(["rev-parse", "--is-inside-work-tree"], real);
  // No git, no repository, or inside the folder .git.
  if (inside === undefined || inside.status !== 0) return;
  if (new TextDecoder().decode(inside.stdout).trim() !== "true") return;
  const file = basename(path);
  const tracked = askGit(["ls-files", "--error-unmatch", "--", `:(literal)${file}`], real);
  if (tracked?.status === 0) {
    throw new CommandError(
      EXIT.failed,
      `git tracks ${
        JSON.stringify(path)
      }, so the values would be committed. Choose another file, ` +
        "or remove this one from git. Nothing was written",
    );
  }
  // With `./` before it, a path cannot be read as a pattern or a flag.
  const ignored = askGit(["check-ignore", "--quiet", "--", `./${file}`], real);
  if (ignored?.status === 0) return;
  const command = ignoreCommand(file, join(real, ".gitignore"));
  throw new CommandError(
    EXIT.failed,
    `git does not ignore ${JSON.stringify(path)}, so the values could be committed. Nothing was ` +
      `written. Add it to .gitignore. Type: ${command}`,
    command,
  );
}

/** The command that adds a file to a list of patterns, whose last line may lack a line feed. */
function ignoreCommand(file: string, list: string): string {
  const pattern = `/${file.replace(/[\\*?[]| +$/g, (part) => part.replaceAll(/./g, "\\$&"))}`;
  const words = `${shellWord(pattern)} >> ${shellWord(list)}`;
  if (process.platform === "win32") return `echo ${words}`;
  const isOpen = /[^\n]$/.test(foundText(list) ?? "");
  if (isOpen) return `printf '\\n%s\\n' ${words}`;
  // echo of some shells interprets backslashes as escapes.
  return pattern.includes("\\") ? `printf '%s\\n' ${words}` : `echo ${words}`;
}
