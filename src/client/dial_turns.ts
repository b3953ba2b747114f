/**
 * Limits how many connections are opened in one turn of the event loop. Opening one blocks the
 * thread most of the time, so a thousand clients that connect at once would delay all timers.
 *
 * @module
 */

import { nextTurn } from "../clock.ts";

/** How many connections are opened in one turn of the event loop. */
const AT_ONCE = 16;

let opened = 0;
const waiting: (() => void)[] = [];

/** Resolves when a connection may be opened. @returns `undefined` when it may be opened at once. */
export function dialTurn(): Promise<void> | undefined {
  if (waiting.length === 0 && opened++ < AT_ONCE) return undefined;
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) nextTurn(open);
  });
}

function open(): void {
  const turn = waiting.splice(0, AT_ONCE);
  opened = turn.length;
  for (const resolve of turn) resolve();
  if (waiting.length > 0) nextTurn(open);
}
