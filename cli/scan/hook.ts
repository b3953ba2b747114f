/**
 * Having git scan before each commit, by whichever manager of hooks the repository uses.
 *
 * @module
 */

import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { shellWord } from "../../src/errors/shell_word.ts";
import { CommandError, EXIT } from "../exit_codes.ts";
import { mustAskGit } from "./git.ts";
import { addToLefthook, lefthookFile } from "./lefthook.ts";

const TITLE = "# A commit that would bring a stored secret is refused.";

/**
 * Adds the scan to the hook `pre-commit`, in front of what is there.
 *
 * @param project The project's file; named in the hook where it is not found from the repository's root.
 * @returns What was done.
 * @throws {CommandError} When the hook is no script of a shell.
 */
export function installHook(project: string): string {
  const root = resolve(mustAskGit(["rev-parse", "--show-toplevel"]).trimEnd());
  const command = scanCommand(root, project);
  const lefthook = lefthookFile(root);
  if (lefthook !== undefined) return told(addToLefthook(lefthook, command), lefthook);
  const file = hookFile(root);
  const changed = addToScript(file, command);
  return told(changed, file);
}

function told(changed: boolean, file: string): string {
  return changed
    ? `Each commit is scanned now, by ${JSON.stringify(file)}`
    : `Each commit is scanned already, by ${JSON.stringify(file)}`;
}

/** A hook runs in the root. Where a commit brings nothing, there is nothing to scan. */
function scanCommand(root: string, project: string): string {
  const path = relative(root, project);
  const flag = path === "kca.json"
    ? ""
    : ` --project ${shellWord(path.replaceAll(sep, "/"), false)}`;
  return `git diff --cached --quiet --diff-filter=d || kca scan --staged${flag}`;
}

/** Git runs the hooks of `core.hooksPath`; those of husky run the user's, a folder above. */
function hookFile(root: string): string {
  const folder = resolve(mustAskGit(["rev-parse", "--git-path", "hooks"]).trimEnd());
  if (basename(folder) === "_" && basename(dirname(folder)) === ".husky") {
    return join(dirname(folder), "pre-commit");
  }
  const husky = join(root, ".husky");
  // Husky is in the project but was not installed in this clone yet.
  const own = folder.startsWith(husky) || !existsSync(husky);
  return join(own ? folder : husky, "pre-commit");
}

function addToScript(file: string, command: string): boolean {
  const husky = basename(dirname(file)) === ".husky";
  const old = existsSync(file) ? readFileSync(file, "utf8") : husky ? "" : "#!/bin/sh\n";
  if (old.includes("kca scan --staged")) return false;
  const [first = ""] = old.split("\n");
  if (first.startsWith("#!") && !/^#!.*\b(?:ba|da|k|z|a)?sh\b/.test(first)) {
    throw new CommandError(
      EXIT.failed,
      `${
        JSON.stringify(file)
      } is no script of a shell. Have it run this, and end when that fails:\n` +
        `  ${command}`,
    );
  }
  // In front: what is there may end the script itself.
  const start = first.startsWith("#!") ? `${first}\n` : "";
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    `${start}${TITLE}\n${PATH}\n${command} || exit 1\n${old.slice(start.length)}`,
  );
  chmodSync(file, 0o755);
  return true;
}

/** Where it is installed in the project alone. */
const PATH = 'command -v kca >/dev/null || PATH="$PATH:$PWD/node_modules/.bin"';
