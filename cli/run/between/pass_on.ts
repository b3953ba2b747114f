/**
 * Passes on a program's output, masked.
 *
 * @module
 */

import { isBrokenPipe } from "../../exit_codes.ts";
import type { Host } from "../../host/host.ts";
import { formsOf } from "../forms.ts";
import { automatonOf, Redactor } from "../redact.ts";
import type { Running } from "./running.ts";
import { untilEnd } from "./until_end.ts";

/**
 * Passes on the program's output from the pipes, until the program has ended.
 *
 * @param values The values to mask, in every form.
 * @throws When the output cannot be written, for example to a full disk. Throws only after the
 * program's end, because signals must be passed on until then.
 */
export async function passOn(
  host: Pick<Host, "write">,
  { output, ended }: Pick<Running, "output" | "ended">,
  values: readonly string[],
): Promise<void> {
  if (output.length === 0) return;
  const automaton = automatonOf(values.flatMap((value) => [...formsOf(value)]));
  let failure: unknown;
  await Promise.all(output.map(async ({ stream, chunks }) => {
    const redactor = new Redactor(automaton);
    try {
      for await (const chunk of untilEnd(chunks, ended)) {
        await host.write(stream, redactor.push(chunk));
      }
      await host.write(stream, redactor.end());
    } catch (error) {
      // The reader of the output is gone. So stop reading, and the program gets a broken pipe, as
      // without kca.
      if (!isBrokenPipe(error)) failure ??= error;
    }
  }));
  if (failure === undefined) return;
  await ended;
  throw failure;
}
