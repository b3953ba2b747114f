/**
 * Makes git scan before each commit, through the repository's manager of hooks.
 *
 * @module
 */

import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { shellWord } from "../../src/errors/shell_word.ts";
import { CommandError, EXIT } from "../exit_codes.ts";
import { foundText } from "../found_file.ts";
import { askGit, mustAskGit } from "./git.ts";
import { addToLefthook, lefthookFile } from "./lefthook.ts";

const TITLE = "# Refuses a commit that contains a stored secret.";

/**
 * Adds the scan to the hook `pre-commit`, before its other commands.
 *
 * @param project The project's file; named in the hook where it is not found from the repository's root.
 * @returns What was done.
 * @throws {CommandError} When the hook is not a shell script, or serves other repositories too.
 */
export function installHook(project: string): string {
  const root = resolve(mustAskGit(["rev-parse", "--show-toplevel"]).trimEnd());
  const command = scanCommand(root, project);
  const { file, manager, running } = hookOf(root, command);
  const changed = manager === "lefthook"
    ? addToLefthook(file, command)
    : addToScript(file, command);
  const when = changed ? "Each commit is scanned now" : "Each commit is already scanned";
  const first = manager === "lefthook" ? "lefthook install" : "npx husky";
  return `${when}, by ${JSON.stringify(file)}${running ? "" : `, after you type: ${first}`}`;
}

/** The PATH for a `kca` that is installed only in the project. */
const PATH = 'PATH="$PATH:$PWD/node_modules/.bin"';

/** A hook runs in the root. Skips the scan when nothing is staged. */
function scanCommand(root: string, project: string): string {
  const path = relative(root, project).replaceAll(sep, "/");
  const flag = path === "kca.json" ? "" : ` --project ${shellWord(path, false)}`;
  return `${PATH}; git diff --cached --quiet --diff-filter=d || kca scan --staged${flag}`;
}

/** A hook's file, and the program that runs it. */
interface Hook {
  readonly file: string;
  readonly manager: "git" | "husky" | "lefthook";
  /** Whether git already runs it. */
  readonly running: boolean;
}

function hookOf(root: string, command: string): Hook {
  // This follows core.hooksPath, and returns the shared folder of worktrees.
  const folder = resolve(mustAskGit(["rev-parse", "--git-path", "hooks"]).trimEnd());
  const script = join(folder, "pre-commit");
  const lefthook = lefthookFile(root);
  if (lefthook !== undefined) {
    const running = foundText(script)?.includes("lefthook") ?? false;
    return { file: lefthook, manager: "lefthook", running };
  }
  const husky = join(root, ".husky");
  // The hooks there run the project's hooks in the folder above.
  if (folder === join(husky, "_")) {
    return { file: join(husky, "pre-commit"), manager: "husky", running: true };
  }
  const scope = hooksScope();
  if (scope === undefined && existsSync(husky)) {
    return { file: join(husky, "pre-commit"), manager: "husky", running: false };
  }
  if (scope === "global" || scope === "system") {
    throw new CommandError(
      EXIT.failed,
      `core.hooksPath makes all your repositories use the hooks in ${
        JSON.stringify(folder)
      }. Set ` +
        "core.hooksPath for this repository with git config, and make its pre-commit run:\n" +
        `  ${command}`,
    );
  }
  return { file: script, manager: "git", running: true };
}

/** @returns The scope of the setting core.hooksPath, if it is set. */
function hooksScope(): string | undefined {
  const answer = askGit(["config", "--show-scope", "--get", "core.hooksPath"]);
  if (answer?.status !== 0) return undefined;
  return new TextDecoder().decode(answer.stdout).split("\t")[0];
}

function addToScript(file: string, command: string): boolean {
  const husky = basename(dirname(file)) === ".husky";
  const old = foundText(file) ?? (husky ? "" : "#!/bin/sh\n");
  if (old.includes("kca scan --staged")) return false;
  const [first = ""] = old.split("\n");
  if (first.startsWith("#!") && !/^#!.*\b(?:ba|da|k|z|a)?sh\b/.test(first)) {
    throw new CommandError(
      EXIT.failed,
      `${
        JSON.stringify(file)
      } is not a shell script. Make it run this command, and stop when that ` +
        `fails:\n  ${command}`,
    );
  }
  // At the beginning, because existing commands may end the script.
  const start = first.startsWith("#!") ? `${first}\n` : "";
  const rest = old.slice(start.length);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${start}${TITLE}\n${command} || exit 1\n${rest}`);
  chmodSync(file, 0o755);
  return true;
}
