/**
 * Passing a program's output on, masked.
 *
 * @module
 */

import { isBrokenPipe } from "../exit_codes.ts";
import type { Child, Host } from "../host/host.ts";
import { Redactor } from "./redact.ts";
import { untilEnd } from "./until_end.ts";

/** Passes on what the child writes to the streams that are piped, until it has ended. */
export async function passOn(
  host: Host,
  child: Child,
  values: readonly string[],
): Promise<void> {
  const pass = async (stream: 1 | 2, output?: AsyncIterable<Uint8Array>): Promise<void> => {
    if (output === undefined) return;
    const redactor = new Redactor(values);
    try {
      for await (const chunk of untilEnd(output, child.exited)) {
        await host.write(stream, redactor.push(chunk));
      }
      await host.write(stream, redactor.end());
    } catch (error) {
      // Nobody reads it any more. So nor do we, and the program meets that as it would without us.
      if (!isBrokenPipe(error)) throw error;
    }
  };
  await Promise.all([pass(1, child.stdout), pass(2, child.stderr)]);
}
