/**
 * Starts programs on Windows. Windows itself starts only .exe files, but npm and the commands of
 * npm packages are batch files.
 *
 * @module
 */

import crossSpawn from "cross-spawn";
import { usageError } from "../../exit_codes.ts";
import { type ChildCommand, SpawnError } from "../../host/host.ts";

/**
 * Finds a program as a Windows shell does, with PATHEXT, and starts batch files through cmd, with
 * every argument quoted so that it stays one argument.
 *
 * @throws {SpawnError} When there is no such program.
 * @throws {CommandError} When a batch file would split an argument.
 */
export function onWindows(command: ChildCommand): ChildCommand {
  const { env } = command;
  const parsed = crossSpawn._parse(command.file, command.args, { env });
  // Otherwise cmd would be started, and would only report an unknown command.
  if (parsed.file === undefined) throw new SpawnError("ENOENT");
  const { command: file, args, options: { windowsVerbatimArguments: verbatim = false } } = parsed;
  if (verbatim) checkBatch(parsed.file, command.args);
  return { ...command, file, args, verbatim };
}

/** The batch files of npm packages, for which arguments are escaped twice. */
const SHIM = /node_modules[\\/]\.bin[\\/][^\\/]+\.cmd$/i;

/** When a batch file passes on `%*`, cmd parses it again, and a quote would end an argument. */
function checkBatch(file: string, args: readonly string[]): void {
  const safe = SHIM.test(file) ? /^[^\r\n]*$/ : /^[^"\r\n]*$/;
  if (args.every((arg) => safe.test(arg))) return;
  throw usageError(
    `Cannot start ${JSON.stringify(file)}: it is a batch file, and cmd splits an argument with a ` +
      "quote or a newline. Start the program that the batch file starts. Nothing was started",
  );
}
