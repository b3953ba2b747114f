/**
 * The commands that let a program use a service.
 *
 * @module
 */

import { authorizeCommand } from "../../src/errors/denied.ts";
import { isWindowsPath, shellWord } from "../../src/errors/shell_word.ts";

/** What the commands depend on. */
export interface Approval {
  /** The program's real path. */
  readonly path: string;
  readonly service: string;
  /** The daemon's command, as it must be called here. Default: `keychain-auth`. */
  readonly daemon?: string;
  /** Other paths that are registered with the program's hash, and so block it. */
  readonly others?: readonly string[];
}

/** @returns The commands, in the order in which they are typed. */
export function approvalCommands(
  { path, service, daemon = "keychain-auth", others = [] }: Approval,
): string[] {
  return [
    // No command removes an entry; replacing its hash by one that no file has makes it harmless.
    ...others.map((other) => `${daemon} approve none ${shellWord(other, isWindowsPath(path))}`),
    authorizeCommand(path, service, daemon),
  ];
}

/** @returns Several commands as one line, for the shell of this path's system. */
export function oneLine(commands: readonly string[], path: string): string {
  return commands.join(isWindowsPath(path) ? "; " : " && ");
}
