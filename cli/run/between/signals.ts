/**
 * Passes signals in both directions: signals of this process go to the program, and a signal that
 * ends or stops the program ends or stops this process.
 *
 * @module
 */

import { runtime } from "../../../src/runtime.ts";
import type { Host } from "../../host/host.ts";
import { onSignal } from "./runtime.ts";
import { type Passed, passedSignals } from "./signal_numbers.ts";
import type { Running } from "./running.ts";

/**
 * Milliseconds after the program's end in which a signal counts as one that the program also got.
 */
const SHARED = 100;
/** Sent by a terminal to every process of the foreground group. */
const FROM_TERMINAL: ReadonlySet<Passed> = new Set([
  "SIGINT",
  "SIGQUIT",
  "SIGTSTP",
  "SIGTTIN",
  "SIGTTOU",
  "SIGWINCH",
]);

const STOPPING: ReadonlySet<Passed> = new Set(["SIGTSTP", "SIGTTIN", "SIGTTOU"]);

/** How signals are handled. */
export interface Ways {
  /** Whether this process ignores a signal; it then continues to ignore it. */
  ignored(signal: number): boolean;
  /** Signals to ignore. */
  readonly unheeded: readonly number[];
  /** Whether stops of the program are noticed. */
  readonly seesStops: boolean;
  /** Ends this process by a signal. */
  endBy(signal: number): void;
  /** Calls back at each arrival. */
  listen?(signal: string, handler: () => void): void;
}

/**
 * Catches signals, even before the program starts.
 *
 * Ctrl-C, Ctrl-\ and Ctrl-Z reach the program from the terminal itself: a second one from here
 * would look like an impatient user, and many programs then quit without cleaning up. When the
 * program has ended, but its output has not ended or is not read, a signal ends this process.
 *
 * @param ways How signals are handled.
 * @returns A function to call with the program.
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
    // Without a timer, because the first one takes Deno some 5 ms.
    void child.ended.then(() => ended = performance.now());
  };
}

/** Whether this process belongs to the foreground group of its terminal. */
function atFront(host: Pick<Host, "isTerminal" | "readFile">): boolean {
  // On Windows only a console sends signals, to all of its programs.
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
  // The second field is the program's name and may contain any character, including spaces and
  // parentheses.
  const [, , group, , , front] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return front !== undefined && group === front;
}

/** @returns The signals that a process ignores. @param status The text of `/proc/PID/status`. */
export function ignoredIn(status: string): (signal: number) => boolean {
  const [, mask = "0"] = /^SigIgn:\t([0-9a-f]+)$/m.exec(status) ?? [];
  const bits = BigInt(`0x${mask}`);
  return (signal) => (bits >> BigInt(signal - 1) & 1n) === 1n;
}
