/**
 * Programs on Windows, which starts only .exe files by itself: npm and whatever an npm package
 * installs as a command are batch files.
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
 * @throws {CommandError} When an argument would not stay one in a batch file.
 */
export function onWindows(command: ChildCommand): ChildCommand {
  const { env } = command;
  const parsed = crossSpawn._parse(command.file, command.args, { env });
  // cmd would be started for it, and only say that it knows no such command.
  if (parsed.file === undefined) throw new SpawnError("ENOENT");
  const { command: file, args, options: { windowsVerbatimArguments: verbatim = false } } = parsed;
  if (verbatim) checkBatch(parsed.file, command.args);
  return { ...command, file, args, verbatim };
}

/** The batch files of npm packages, for which arguments are escaped twice. */
const SHIM = /node_modules[\\/]\.bin[\\/][^\\/]+\.cmd$/i;

/** A batch file that hands `%*` on has it read by cmd once more, and a quote would end a word. */
function checkBatch(file: string, args: readonly string[]): void {
  const safe = SHIM.test(file) ? /^[^\r\n]*$/ : /^[^"\r\n]*$/;
  if (args.every((arg) => safe.test(arg))) return;
  throw usageError(
    `Cannot start ${JSON.stringify(file)}: it is a batch file, and cmd takes an argument with a ` +
      "quote or a newline apart. Start the program behind it. Nothing was started",
  );
}
