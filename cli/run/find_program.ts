/**
 * Finding a program when its environment has another PATH than this process, or none: each runtime
 * looks in a place of its own then.
 *
 * @module
 */

import { accessSync, constants, statSync } from "node:fs";
import { join } from "node:path";
import { type ChildCommand, SpawnError } from "../host/host.ts";

/** What a shell looks through when PATH is not set. */
const DEFAULT = "/bin:/usr/bin";

/**
 * Finds a program as the shell would that `kca` was typed in. Not for Windows.
 *
 * @param command What to start.
 * @param path This process's PATH.
 * @throws {SpawnError} When it is in none of the folders, or may not be executed.
 */
export function find(command: ChildCommand, path: string = DEFAULT): ChildCommand {
  const { file } = command;
  if (file.includes("/")) return command;
  let code = "ENOENT";
  for (const folder of path.split(":")) {
    const candidate = join(folder || ".", file);
    const there = statSync(candidate, { throwIfNoEntry: false });
    if (!there?.isFile()) continue;
    try {
      accessSync(candidate, constants.X_OK);
    } catch {
      code = "EACCES";
      continue;
    }
    return { ...command, file: candidate.includes("/") ? candidate : `./${candidate}` };
  }
  throw new SpawnError(code);
}
