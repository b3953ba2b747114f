/**
 * Shows progress in one line of a terminal.
 *
 * @module
 */

import type { Context } from "../context.ts";

/** A line that is updated. */
export interface Progress {
  update(done: number): void;
  clear(): void;
}

/** @returns `undefined` when stderr is not a terminal. */
export function showProgress(context: Context, what: string, total: number): Progress | undefined {
  const { host } = context;
  if (!host.isTerminal(2)) return undefined;
  const show = (done: number): void => host.writeSync(2, `\r${what} ${done}/${total}`);
  show(0);
  return { update: show, clear: () => host.writeSync(2, "\r\x1b[K") };
}
