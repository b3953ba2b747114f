/**
 * Signals by name, signal(7), and which of them kca passes on.
 *
 * @module
 */

import type { OperatingSystem as System } from "../../../src/runtime.ts";

/** Of Linux on x64 and arm64, and of macOS. */
const BOTH = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGXCPU: 24,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGWINCH: 28,
} as const;

const LINUX = {
  ...BOTH,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGSTKFLT: 16,
  SIGCONT: 18,
  SIGTSTP: 20,
  SIGURG: 23,
  SIGIO: 29,
  SIGPWR: 30,
  SIGSYS: 31,
} as const;

const DARWIN = {
  ...BOTH,
  SIGSYS: 12,
  SIGURG: 16,
  SIGTSTP: 18,
  SIGCONT: 19,
  SIGIO: 23,
  SIGINFO: 29,
  SIGUSR1: 30,
  SIGUSR2: 31,
} as const;

/** The name of a signal that can be passed on. */
export type Passed = keyof typeof LINUX | keyof typeof DARWIN;

/** SIGSTOP, which no program can catch. */
export const SIGSTOP = { linux: 19, darwin: 17 } as const;

/**
 * Signals to pass on, with their numbers. Without signals for errors of a program, and without PIPE
 * and XFSZ, which this process causes itself by writing for the program.
 */
export function passedSignals(system: System): readonly (readonly [Passed, number])[] {
  // A console has only Ctrl-C.
  if (system === "windows") return [["SIGINT", BOTH.SIGINT]];
  const numbers = system === "darwin" ? DARWIN : LINUX;
  return Object.entries(numbers) as [Passed, number][];
}
