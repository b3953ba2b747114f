/**
 * Questions at a terminal. They are asked on stderr, so that stdout stays for data.
 *
 * @module
 */

import process from "node:process";
import { runtime } from "../src/runtime.ts";
import { CommandError, EXIT } from "./exit_codes.ts";
import type { SignalName } from "./host/host.ts";
import { signalCode } from "./host/process.ts";

/** Asks for a value without showing anything of it, and without a key that would. */
export async function askSecret(message: string): Promise<string> {
  const { default: password } = await import("@inquirer/password");
  return await asked((context) => password({ message, toggleMask: false }, context));
}

/** Asks for a yes. */
export async function askYes(message: string): Promise<boolean> {
  const { default: confirm } = await import("@inquirer/confirm");
  return await asked((context) => confirm({ message, default: false }, context));
}

interface Asking {
  readonly output: typeof process.stderr;
  readonly signal: AbortSignal;
}

const CANCELLED = signalCode("SIGINT");
const SIGNALS: readonly SignalName[] = runtime.system === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

/**
 * The terminal hands keys over one by one meanwhile, without showing them. However the question
 * ends, it is given back as it was: this is why signals are caught.
 */
async function asked<T>(ask: (context: Asking) => Promise<T>): Promise<T> {
  const { stdin, stderr } = process;
  const abort = new AbortController();
  let code = CANCELLED;
  const cancel = (): void => abort.abort();
  const onKey = (_: unknown, key?: { ctrl?: boolean; name?: string }): void => {
    // The library ends its input at Ctrl-D, and then waits for an answer for ever.
    if (key?.ctrl && key.name === "d") cancel();
  };
  const onSignal = (signal: SignalName): void => {
    code = signalCode(signal);
    cancel();
  };
  stdin.on("keypress", onKey).on("end", cancel).on("error", cancel);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await ask({ output: stderr, signal: abort.signal });
  } catch (error) {
    const { name } = error as Error;
    // The former is Ctrl-C: no signal is sent for it.
    if (name === "ExitPromptError" || abort.signal.aborted) {
      throw new CommandError(code, "Cancelled");
    }
    throw new CommandError(EXIT.failed, `The question failed: ${name}`);
  } finally {
    stdin.off("keypress", onKey).off("end", cancel).off("error", cancel);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}
