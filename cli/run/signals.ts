/**
 * Passing signals on.
 *
 * @module
 */

import { runtime } from "../../src/runtime.ts";
import type { Child, Host, SignalName } from "../host/host.ts";

const FORWARDED: readonly SignalName[] = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"];
/** Milliseconds after the child's end for which a signal still counts as one that it got too. */
const SHARED = 100;
/** Sent by a terminal's keys, to every process of the group at its front. */
const FROM_KEYS: ReadonlySet<SignalName> = new Set(["SIGINT", "SIGQUIT"]);

/**
 * Keeps this process alive on signals and passes them to the child, from before there is one.
 *
 * Ctrl-C and Ctrl-\ reach the child from the terminal itself: a second one from here would look
 * like an impatient user, and many programs then quit without cleaning up. When the child has ended
 * and its output is still waited for or not taken, they end this process.
 *
 * @returns To be called with the child.
 */
export function forwardSignals(host: Host): (child: Child) => void {
  const early: SignalName[] = [];
  let ended = Infinity;
  let pass = (signal: SignalName): void => void early.push(signal);
  const signals = runtime.system === "windows" ? (["SIGINT"] as const) : FORWARDED;
  for (const signal of signals) {
    host.onSignal(signal, () => {
      if (performance.now() > ended + SHARED) host.endBy(signal);
      else if (!FROM_KEYS.has(signal) || !atFront(host)) pass(signal);
    });
  }
  return (child) => {
    pass = (signal) => {
      try {
        child.kill(signal);
      } catch {
        // It has just ended.
      }
    };
    early.forEach(pass);
    // Not by a timer: the first one takes Deno some 5 ms.
    void child.exited.then(() => ended = performance.now());
  };
}

/** Whether this process belongs to the group that a terminal sends its keys' signals to. */
function atFront(host: Host): boolean {
  // There is no other source of them, and a console sends them to all of its programs.
  if (runtime.system === "windows") return true;
  if (runtime.system !== "linux") return ([0, 1, 2] as const).some((at) => host.isTerminal(at));
  try {
    return isAtFront(new TextDecoder().decode(host.readFile("/proc/self/stat")));
  } catch {
    return host.isTerminal(0);
  }
}

/** @param stat The text of `/proc/PID/stat`; proc(5) names its fields. */
export function isAtFront(stat: string): boolean {
  // The second field is the program's name and may hold anything, also spaces and parentheses.
  const [, , group, , , front] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return front !== undefined && group === front;
}
