/**
 * Signals that a runtime has begun or ceased to ignore at its start. exec(2) passes both on.
 *
 * @module
 */

import type { Runtime } from "../../../src/runtime.ts";
import type { Libc } from "../../libc/libc.ts";
import { SIGHUP, SIGPIPE, SIGXFSZ, STRUCT } from "../../libc/symbols.ts";

/**
 * Signals that each runtime ignores: Rust's start-up code SIGPIPE, Bun and Node SIGXFSZ as well.
 * The process itself no longer shows whether they were ignored before.
 */
const IGNORED: Readonly<Record<Runtime["name"], readonly number[]>> = {
  deno: [SIGPIPE],
  bun: [SIGPIPE, SIGXFSZ],
  node: [SIGPIPE, SIGXFSZ],
  unknown: [],
};

/** Shells. They pass on the signals that they ignore, for example after `trap '' HUP`. */
const SHELLS: ReadonlySet<string> = new Set(
  ["sh", "bash", "dash", "ash", "busybox", "ksh", "ksh93", "mksh", "yash", "zsh"],
);

/**
 * Signals that an interactive shell ignores only for itself: INT, QUIT, TERM, TSTP, TTIN, TTOU, by
 * the numbers of Linux. And CHLD, which a runtime needs for its children.
 */
const SHELLS_OWN: ReadonlySet<number> = new Set([2, 3, 15, 17, 20, 21, 22]);

/** Facts about how this process was started. */
export interface Traces {
  /** `/proc/PPID/status` of the parent, where there is one. */
  readonly parent: string | undefined;
  /** The variable `_`: in most shells the path of the typed command. */
  readonly typed: string | undefined;
  /** Whether stdin is a /dev/null that cannot be read, with which nohup(1) replaces a terminal. */
  readonly unreadable: boolean;
}

/** Signals to set before the start. */
export interface Dispositions {
  readonly reset: readonly number[];
  readonly ignore: readonly number[];
}

/**
 * Decides which signals must be ignored in a program, and which not.
 *
 * @param name This runtime.
 * @param traces How this process was started.
 */
export function dispositions(name: Runtime["name"], traces: Traces): Dispositions {
  const ignored = new Set(inherited(traces.parent));
  if (/(?:^|\/)nohup$/.test(traces.typed ?? "") || traces.unreadable) ignored.add(SIGHUP);
  const reset = IGNORED[name].filter((signal) => !ignored.has(signal));
  // Node sets every signal to its default at its start; the others do not.
  const ignore = name === "node"
    ? [...ignored].filter((signal) => !IGNORED.node.includes(signal))
    : [];
  return { reset, ignore };
}

/** @returns The signals that a parent ignores and passes on, if it is a shell. */
function inherited(status: string = ""): number[] {
  const [, name = ""] = /^Name:\t(.*)$/m.exec(status) ?? [];
  const [, mask] = /^SigIgn:\t([0-9a-f]+)$/m.exec(status) ?? [];
  if (!SHELLS.has(name) || mask === undefined) return [];
  const bits = BigInt(`0x${mask}`);
  const signals: number[] = [];
  for (let signal = 1; signal <= 31; signal++) {
    if (!SHELLS_OWN.has(signal) && bits >> BigInt(signal - 1) & 1n) signals.push(signal);
  }
  return signals;
}

/** A `struct sigaction`, sigaction(2). */
export type SignalAction = Uint8Array;

/** Unblocks a signal that was blocked when this process was started. */
export function unblockSignal(libc: Libc, signal: number): void {
  const set = new Uint8Array(new ArrayBuffer(STRUCT));
  // A bit for each signal from 1 on, the lowest first.
  set[(signal - 1) >> 3] = 1 << ((signal - 1) & 7);
  libc.call("sigprocmask", libc.numbers.SIG_UNBLOCK, set, new Uint8Array(new ArrayBuffer(STRUCT)));
}

/** @param handler SIG_DFL or SIG_IGN. @returns The earlier action. */
export function setSignal(libc: Libc, signal: number, handler: number): SignalAction {
  const action = new Uint8Array(new ArrayBuffer(STRUCT));
  // The lowest byte of the handler's address, which comes first; everything else is 0.
  action[0] = handler;
  return restoreSignal(libc, signal, action);
}

/** @returns The earlier action. */
export function restoreSignal(libc: Libc, signal: number, action: SignalAction): SignalAction {
  const before = new Uint8Array(new ArrayBuffer(STRUCT));
  libc.call("sigaction", signal, action, before);
  return before;
}
