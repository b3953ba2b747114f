/**
 * Signals, both ways: what this process gets goes to the program, and what the program ends or stops
 * by ends or stops this process.
 *
 * @module
 */

import { runtime } from "../../../src/runtime.ts";
import type { Host } from "../../host/host.ts";
import { onSignal } from "./runtime.ts";
import { type Passed, passedSignals } from "./signal_numbers.ts";
import type { Running } from "./running.ts";

/** Milliseconds after the program's end for which a signal still counts as one that it got too. */
const SHARED = 100;
/** Sent by a terminal, to every process of the group at its front. */
const FROM_TERMINAL: ReadonlySet<Passed> = new Set([
  "SIGINT",
  "SIGQUIT",
  "SIGTSTP",
  "SIGTTIN",
  "SIGTTOU",
  "SIGWINCH",
]);

const STOPPING: ReadonlySet<Passed> = new Set(["SIGTSTP", "SIGTTIN", "SIGTTOU"]);

/** How signals are dealt with. */
export interface Ways {
  /** Whether this process ignores a signal, which it goes on to do. */
  ignored(signal: number): boolean;
  /** Signals to do nothing at. */
  readonly unheeded: readonly number[];
  /** Whether it is noticed when the program stops. */
  readonly seesStops: boolean;
  /** Ends this process by a signal. */
  endBy(signal: number): void;
  /** Calls back at each arrival. */
  listen?(signal: string, handler: () => void): void;
}

/**
 * Catches signals, from before there is a program.
 *
 * Ctrl-C, Ctrl-\ and Ctrl-Z reach the program from the terminal itself: a second one from here would
 * look like an impatient user, and many programs then quit without cleaning up. When the program
 * has ended and its output is still waited for or not taken, a signal ends this process.
 *
 * @param ways How that is done.
 * @returns To be called with the program.
 */
export function passSignals(
  host: Pick<Host, "isTerminal" | "readFile">,
  { ignored, unheeded, seesStops, endBy, listen = onSignal }: Ways,
): (child: Pick<Running, "kill" | "ended">) => void {
  const early: number[] = [];
  let ended = Infinity;
  let pass = (signal: number): void => void early.push(signal);
  for (const [name, number] of passedSignals(runtime.system)) {
    // By default they stop this process too, when a terminal sends them.
    if (ignored(number) || (!seesStops && STOPPING.has(name))) continue;
    listen(name, () => {
      if (unheeded.includes(number)) return;
      if (performance.now() > ended + SHARED) endBy(number);
      else if (!FROM_TERMINAL.has(name) || !atFront(host)) pass(number);
    });
  }
  return (child) => {
    pass = (signal) => child.kill(signal);
    early.forEach(pass);
    // Not by a timer: the first one takes Deno some 5 ms.
    void child.ended.then(() => ended = performance.now());
  };
}

/** Whether this process belongs to the group that a terminal sends its keys' signals to. */
function atFront(host: Pick<Host, "isTerminal" | "readFile">): boolean {
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

/** @returns The signals that a process ignores. @param status The text of `/proc/PID/status`. */
export function ignoredIn(status: string): (signal: number) => boolean {
  const [, mask = "0"] = /^SigIgn:\t([0-9a-f]+)$/m.exec(status) ?? [];
  const bits = BigInt(`0x${mask}`);
  return (signal) => (bits >> BigInt(signal - 1) & 1n) === 1n;
}
