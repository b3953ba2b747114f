/**
 * What the project here declares, for completion: names from its file alone, and nothing when it
 * cannot be read, for there is no place where it could be told.
 *
 * @module
 */

import { findFile, namedFile, readProjectFile } from "../../project/file/find_file.ts";
import { parseFile } from "../../project/file/parse_file.ts";
import type { Project } from "../../project/spec.ts";
import { env } from "../../src/runtime.ts";

/** @returns The project that `--project`, `KCA_PROJECT` or the folder names. */
export function projectHere(given: string | undefined): Project | undefined {
  try {
    const named = given ?? env("KCA_PROJECT");
    const path = named === undefined ? findFile() : namedFile(named, "--project");
    return path === undefined ? undefined : parseFile(readProjectFile(path), path);
  } catch {
    return undefined;
  }
}
