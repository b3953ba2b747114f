/**
 * Programs on Windows, which starts only .exe files by itself: npm and whatever an npm package
 * installs as a command are batch files.
 *
 * @module
 */

import crossSpawn from "cross-spawn";
import { type ChildCommand, SpawnError } from "../host/host.ts";

/**
 * Finds a program as a Windows shell does, with PATHEXT, and starts batch files through cmd, with
 * every argument quoted so that it stays one argument.
 *
 * @throws {SpawnError} When there is no such program.
 */
export function onWindows(command: ChildCommand): ChildCommand {
  const { env } = command;
  const parsed = crossSpawn._parse(command.file, command.args, { env });
  // cmd would be started for it, and only say that it knows no such command.
  if (parsed.file === undefined) throw new SpawnError("ENOENT");
  const { command: file, args, options: { windowsVerbatimArguments: verbatim = false } } = parsed;
  return { ...command, file, args, verbatim };
}
