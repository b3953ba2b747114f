/**
 * Carries out a plan: stores all values, reads them back, writes the project file, and only then
 * deletes the source of the values. When anything fails, the message says what is stored.
 *
 * @module
 */

import type { Service } from "../../src/client/service.ts";
import type { Context } from "../context.ts";
import { CommandError, EXIT, exitCodeOf, messageOf } from "../exit_codes.ts";
import { listed } from "../terminal/printable.ts";
import { showProgress } from "../terminal/progress.ts";
import { writeDraft } from "./draft.ts";
import type { Interrupt } from "./interrupt.ts";
import type { ImportPlan } from "./plan.ts";

/** How many secrets are written between two updates of the progress. */
const STEP = 20;

/** Writes further files of a plan. */
type More = () => void;

/**
 * @param more Writes further files, together with the project file.
 * @throws {CommandError} Naming what was stored.
 */
export async function carryOut(
  context: Context,
  flags: { readonly quiet: boolean },
  service: Service,
  plan: ImportPlan,
  interrupt: Interrupt,
  more: More,
): Promise<void> {
  let stored: readonly string[] = [];
  let asked: readonly string[] = [];
  try {
    await interrupt.during(async (signal) => {
      const entries = [...plan.entries];
      const progress = flags.quiet || entries.length <= STEP
        ? undefined
        : showProgress(context, "Storing", entries.length);
      try {
        for (let done = 0; done < entries.length; done += STEP) {
          const step = entries.slice(done, done + STEP);
          asked = [...stored, ...step.map(([target]) => target)];
          await service.write(step, { signal });
          stored = asked;
          progress?.update(done + step.length);
        }
        const wrong = await wrongOf(service, plan.expected, signal);
        if (wrong.length > 0) {
          stored = stored.filter((target) => !wrong.includes(target));
          throw new CommandError(
            EXIT.failed,
            `The daemon returned other values than were stored: ${listed(wrong)}`,
          );
        }
      } finally {
        progress?.clear();
      }
    });
    writeDraft(plan.draft);
    more();
    if (plan.lost.length === 0) plan.source.remove?.();
  } catch (error) {
    const outcome = await whatIsStored(service, plan, stored, asked);
    throw new CommandError(
      interrupt.exitCode ?? exitCodeOf(error),
      `${interrupt.exitCode === undefined ? messageOf(error) : "Cancelled"}\n${outcome}. ` +
        `${plan.source.label} was not changed; to continue, type the same command again`,
    );
  }
}

/** @returns The targets for which the daemon returns other values than expected. */
async function wrongOf(
  service: Service,
  expected: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<string[]> {
  if (expected.size === 0) return [];
  const back = await service.read(expected.keys(), { signal });
  return [...expected].filter(([target, value]) => back.get(target)?.reveal() !== value)
    .map(([target]) => target);
}

/** Milliseconds to wait for a daemon that may no longer answer. */
const READ_BACK_TIMEOUT = 5_000;

/** Asks the daemon, because a failed write may have been partly carried out. */
async function whatIsStored(
  service: Service,
  { entries }: ImportPlan,
  stored: readonly string[],
  asked: readonly string[],
): Promise<string> {
  const said = (names: readonly string[]): string =>
    names.length > 0 ? `Stored: ${listed(names)}` : "Nothing was stored";
  if (stored.length === asked.length) return said(stored);
  try {
    const back = await service.read(asked, { timeout: READ_BACK_TIMEOUT });
    return said(asked.filter((target) => back.get(target)?.reveal() === entries.get(target)));
  } catch {
    const open = asked.filter((target) => !stored.includes(target));
    return `${said(stored)}. Unknown whether these were stored: ${listed(open)}`;
  }
}
