/**
 * Passing a program's output on, masked.
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
 * Passes on what the program writes to the streams that are piped, until it has ended.
 *
 * @param values What to mask, in every form.
 * @throws When it cannot be written, such as to a full disk; after the program's end, because nobody
 * would pass it a signal any more.
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
      // Nobody takes it any more. So nor do we, and the program meets that as it would without us.
      if (!isBrokenPipe(error)) failure ??= error;
    }
  }));
  if (failure === undefined) return;
  await ended;
  throw failure;
}
