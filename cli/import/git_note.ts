/**
 * Whether git has ever held a file: then its values are in every clone.
 *
 * @module
 */

import { basename, dirname } from "node:path";
import { askGit } from "../scan/git.ts";

/** @returns What to say of it; nothing where git has never held it, or there is no repository. */
export function gitNote(path: string): string[] {
  const [folder, name] = [dirname(path), basename(path)];
  const ask = (...args: string[]): boolean | undefined => {
    const answer = askGit(["--literal-pathspecs", ...args, "--", name], folder);
    return answer?.status === 0 ? answer.stdout.length > 0 : undefined;
  };
  const inRepository = askGit(["rev-parse", "--is-inside-work-tree"], folder);
  if (inRepository === undefined) return [];
  if (inRepository.status !== 0) {
    // Such as a repository that belongs to another user.
    return /not a git repository/i.test(inRepository.stderr)
      ? []
      : ["git could not be asked whether it has ever held the file"];
  }
  const tracked = ask("ls-files");
  const committed = ask("rev-list", "--all", "--reflog", "-n", "1");
  if (committed || tracked) {
    return [
      `git ${committed ? "has a commit" : "has an index"} with ${JSON.stringify(path)}: whoever ` +
      "has the repository can have its values, also after the file is deleted. Rotate them: give " +
      "each a new value where it comes from, and store that",
    ];
  }
  return tracked === undefined || committed === undefined
    ? ["git could not be asked whether it has ever held the file"]
    : [];
}
