/**
 * Questions at a terminal. They are asked on stderr, so that stdout stays for data.
 *
 * @module
 */

import process from "node:process";
import { CommandError, EXIT } from "./exit_codes.ts";

/** Asks for a value without showing anything of it. */
export async function askSecret(message: string): Promise<string> {
  const { default: password } = await import("@inquirer/password");
  return await asked(password({ message }, { output: process.stderr }));
}

/** Asks for a yes. */
export async function askYes(message: string): Promise<boolean> {
  const { default: confirm } = await import("@inquirer/confirm");
  return await asked(confirm({ message, default: false }, { output: process.stderr }));
}

async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    // Ctrl-C while the terminal hands keys over one by one: no signal is sent for it.
    if ((error as Error).name === "ExitPromptError") throw new CommandError(130, "Cancelled");
    throw new CommandError(EXIT.failed, `The question failed: ${(error as Error).name}`);
  }
}
