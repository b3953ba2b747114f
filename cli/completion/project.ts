/**
 * Names that the project declares, for completion: only from its file, and none when it cannot be
 * read, because completion has no place for an error.
 *
 * @module
 */

import { findFile, namedFile, readProjectFile } from "../../project/file/find_file.ts";
import { parseFile } from "../../project/file/parse_file.ts";
import type { Project } from "../../project/spec.ts";
import { env } from "../../src/runtime.ts";

/** @returns The project of `--project`, `KCA_PROJECT` or the folder. */
export function projectHere(given: string | undefined): Project | undefined {
  try {
    const named = given ?? env("KCA_PROJECT");
    const path = named === undefined ? findFile() : namedFile(named, "--project");
    return path === undefined ? undefined : parseFile(readProjectFile(path), path);
  } catch {
    return undefined;
  }
}
