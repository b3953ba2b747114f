/**
 * Checks the limits of an environment before the start, because the system's own error is always
 * "Argument list too long".
 *
 * @module
 */

import type { OperatingSystem as System } from "../../src/runtime.ts";
import { CommandError, EXIT } from "../exit_codes.ts";
import { quoted } from "../terminal/printable.ts";

/** The system's limits on arguments and environment. */
export interface SystemLimits {
  /** The unit: bytes of UTF-8, or characters of UTF-16. */
  readonly unit: "bytes" | "characters";
  /** The longest `NAME=value` with its NUL. */
  readonly variable: number;
  /** Arguments and variables together, with a pointer for each. */
  readonly total: number;
}

/** MAX_ARG_STRLEN of Linux, 32 pages. */
const LINUX_STRING = 131_072;
/** `_STK_LIM / 4 * 3` of Linux. */
const LINUX_MOST = 6 * 1024 * 1024;
const LINUX_STACK = 8 * 1024 * 1024;
const POINTER = 8;

/**
 * @param system Where this runs.
 * @param stack The soft limit of the stack in bytes. Linux allows a quarter of it.
 */
export function limitsOf(system: System, stack: number = LINUX_STACK): SystemLimits {
  if (system === "windows") {
    return { unit: "characters", variable: 32_767, total: Number.MAX_SAFE_INTEGER };
  }
  // ARG_MAX of macOS, for one and for all.
  if (system !== "linux") return { unit: "bytes", variable: 1_048_576, total: 1_048_576 };
  return {
    unit: "bytes",
    variable: LINUX_STRING,
    total: Math.max(LINUX_STRING, Math.min(stack / 4, LINUX_MOST)),
  };
}

/**
 * @param system Where this runs.
 * @param readFile Reads a whole file.
 */
export function systemLimits(
  system: System,
  readFile: (path: string) => Uint8Array,
): SystemLimits {
  if (system !== "linux") return limitsOf(system);
  try {
    return limitsOf(system, parseStack(new TextDecoder().decode(readFile("/proc/self/limits"))));
  } catch {
    return limitsOf(system);
  }
}

/** @returns The stack's soft limit, from `/proc/self/limits`. */
export function parseStack(limits: string): number | undefined {
  const [, soft] = /^Max stack size\s+(\d+|unlimited)/m.exec(limits) ?? [];
  return soft === "unlimited" ? Number.MAX_SAFE_INTEGER : soft && Number(soft) || undefined;
}

/**
 * Checks names and values.
 *
 * @param variables The variables to add to the shell's.
 * @throws {CommandError} When an environment cannot contain one. The error contains only names.
 */
export function checkVariables(variables: Iterable<readonly [name: string, value: string]>): void {
  for (const [name, value] of variables) {
    if (name === "" || /[=\0]/.test(name)) {
      throw refused(`${quoted(name)} cannot be the name of a variable`);
    }
    if (value.includes("\0")) {
      throw refused(
        `The value of ${quoted(name)} contains a NUL character, which a variable cannot contain`,
      );
    }
  }
}

/** An argument or a variable, as a string or as bytes of UTF-8. */
type Text = string | Uint8Array;

/**
 * Checks sizes.
 *
 * @param command The program and its arguments.
 * @param env Its environment, each as `NAME=value`.
 * @param limits Called only when the environment is large enough to matter.
 * @throws {CommandError} When the program cannot be started with it.
 */
export function checkSizes(
  command: readonly Text[],
  env: readonly Text[],
  limits: () => SystemLimits,
): void {
  // A character of UTF-16 takes at most three bytes of UTF-8.
  const most = (sum: number, { length }: Text): number => sum + 3 * length;
  const rough = env.reduce(most, command.reduce(most, 0));
  if (rough < LINUX_STRING / 8 && env.length + command.length < 1_000) return;
  const { unit, variable, total } = limits();
  const encoder = new TextEncoder();
  const size = (text: Text): number =>
    (unit === "bytes" && typeof text === "string" ? encoder.encode(text) : text).length + 1;
  const words = command.reduce((all, word) => all + size(word) + POINTER, 0);
  let sum = words;
  for (const entry of env) {
    const length = size(entry);
    if (length > variable) {
      throw refused(
        `${quoted(nameOf(entry))} takes ${length} ${unit}; this system allows ${variable}. ` +
          "Leave it out with --only, and let the program read it itself",
      );
    }
    sum += length + POINTER;
  }
  const longest = command.find((word) => unit === "bytes" && size(word) > variable);
  if (longest !== undefined) {
    throw refused(
      `An argument takes ${size(longest)} bytes; this system allows ${variable}. Pass the ` +
        "data in another way, for example in a file",
    );
  }
  if (sum <= total) return;
  if (words > sum / 2) {
    throw refused(
      `The arguments take ${words} bytes; this system allows ${total} together with the ` +
        "environment. Pass the data in another way, for example in a file",
    );
  }
  throw refused(
    `The environment takes ${sum} bytes with ${env.length} variables; this system allows ` +
      `${total}. ` +
      "Leave some out with --only A,B or --no-inherit-env, or raise the " +
      "limit with `ulimit -s`",
  );
}

function nameOf(entry: Text): string {
  const text = typeof entry === "string" ? entry : new TextDecoder().decode(entry);
  return text.slice(0, text.indexOf("="));
}

function refused(message: string): CommandError {
  return new CommandError(EXIT.failed, `${message}. Nothing was started`);
}
