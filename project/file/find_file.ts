/**
 * Finds the project file: the nearest one, and no other.
 *
 * @module
 */

import { KeychainAuthError } from "../../src/errors/base.ts";
import { InvalidRequestError } from "../../src/errors/request.ts";
import {
  below,
  exists,
  isAbsolute,
  mayRead,
  parentOf,
  readFile,
  realPath,
  reasonOf,
  workingFolder,
} from "./files.ts";

/** The name of a project file. */
export const FILE_NAME = "kca.json";

/**
 * Looks for `kca.json` in the working directory and upward, up to the root of the repository. A
 * file above that may belong to another user, and outside a repository only the working directory
 * counts.
 *
 * @returns The path of the nearest, links resolved; `undefined` when there is none.
 */
export function findFile(): string | undefined {
  // Without permission to read here, there is no project here.
  if (!mayRead(".")) return undefined;
  const folders: string[] = [];
  for (let at: string | undefined = workingFolder(); at !== undefined; at = parentOf(at)) {
    folders.push(at);
    // A folder, or a file in a worktree and in a submodule.
    if (exists(below(at, ".git"))) break;
  }
  const inside = exists(below(folders.at(-1)!, ".git"));
  const candidates = (inside ? folders : folders.slice(0, 1)).map((at) => below(at, FILE_NAME));
  const found = candidates.find(exists);
  return found && resolved(found, "project");
}

/**
 * @param named A file that the user named.
 * @param from The name of the setting for messages, such as `--project`.
 * @returns Its path, links resolved.
 * @throws {InvalidRequestError} When there is no such file.
 */
export function namedFile(named: string, from: string): string {
  return resolved(isAbsolute(named) ? named : below(workingFolder(), named), from);
}

function resolved(path: string, from: string): string {
  try {
    return realPath(path);
  } catch (error) {
    throw cannotRead(path, from, error);
  }
}

/**
 * @returns The content of a project file.
 * @throws {InvalidRequestError} When it cannot be read.
 */
export function readProjectFile(path: string): Uint8Array {
  try {
    const bytes = readFile(path);
    if (bytes !== undefined) return bytes;
  } catch (error) {
    throw cannotRead(path, "project", error);
  }
  throw cannotRead(path, "project", { code: "ENOENT" });
}

function cannotRead(path: string, from: string, error: unknown): unknown {
  if (error instanceof KeychainAuthError) return error;
  const reason = reasonOf(error);
  const folder = reason === "EISDIR" || reason === "IsADirectory";
  return new InvalidRequestError(
    from,
    folder
      ? `${JSON.stringify(path)} is a folder; name the ${FILE_NAME} in it`
      : `cannot read ${JSON.stringify(path)}: ${reason}`,
  );
}
