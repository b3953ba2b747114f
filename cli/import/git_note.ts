/**
 * Warns when git has ever contained a file, because its values may then be in every clone.
 *
 * @module
 */

import { basename, dirname } from "node:path";
import { askGit } from "../scan/git.ts";

/** @returns The warning; none when git has never contained the file, or there is no repository. */
export function gitNote(path: string): string[] {
  const [folder, name] = [dirname(path), basename(path)];
  const ask = (...args: string[]): boolean | undefined => {
    const answer = askGit(["--literal-pathspecs", ...args, "--", name], folder);
    return answer?.status === 0 ? answer.stdout.length > 0 : undefined;
  };
  const inRepository = askGit(["rev-parse", "--is-inside-work-tree"], folder);
  if (inRepository === undefined) return [];
  if (inRepository.status !== 0) {
    // For example in a repository of another user.
    return /not a git repository/i.test(inRepository.stderr)
      ? []
      : ["git did not say whether it has ever contained the file"];
  }
  const tracked = ask("ls-files");
  const committed = ask("rev-list", "--all", "--reflog", "-n", "1");
  if (committed || tracked) {
    return [
      `git ${committed ? "has a commit" : "has an index"} with ${JSON.stringify(path)}: whoever ` +
      "has the repository can read its values, even after the file is deleted. Rotate them: get " +
      "a new value from each issuer, and store it",
    ];
  }
  return tracked === undefined || committed === undefined
    ? ["git did not say whether it has ever contained the file"]
    : [];
}
