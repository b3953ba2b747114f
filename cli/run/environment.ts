/**
 * The environment that a program is started with.
 *
 * @module
 */

import type { OperatingSystem as System } from "../../src/runtime.ts";
import { CommandError, EXIT } from "../exit_codes.ts";

/** Where the variables come from. */
export interface Sources {
  /** Those of the secrets. */
  readonly secrets: Iterable<readonly [name: string, value: string]>;
  /** Those of this process. */
  readonly own: Readonly<Record<string, string>>;
  /** Whether the program gets the latter too. */
  readonly inherit: boolean;
  /** Whether a secret wins over a variable of this process. */
  readonly override: boolean;
}

/**
 * What no program on Windows does without; the list is that of libuv, which Node and Bun take
 * these from in any case (required_vars in src/win/process.c).
 */
const REQUIRED: ReadonlySet<string> = new Set([
  ...["HOMEDRIVE", "HOMEPATH", "LOGONSERVER", "PATH", "SYSTEMDRIVE", "SYSTEMROOT", "TEMP"],
  ...["USERDOMAIN", "USERNAME", "USERPROFILE", "WINDIR"],
]);

/**
 * Puts an environment together. On Windows two names that differ only in case are one variable.
 *
 * @param sources Where the variables come from.
 * @param system Where this runs.
 * @throws {CommandError} When two secrets would be one variable.
 */
export function environmentOf(sources: Sources, system: System): Record<string, string> {
  const { secrets, own, inherit, override } = sources;
  const windows = system === "windows";
  const same = (name: string): string => windows ? name.toUpperCase() : name;
  const given = new Map<string, [name: string, value: string]>();
  for (const [name, value] of secrets) {
    const [other] = given.get(same(name)) ?? [];
    if (other !== undefined && other !== name) {
      throw new CommandError(
        EXIT.failed,
        `${JSON.stringify(other)} and ${JSON.stringify(name)} are one variable on Windows. ` +
          "Leave one out with --only. Nothing was started",
      );
    }
    given.set(same(name), [name, value]);
  }
  for (const [name, value] of Object.entries(own)) {
    // Kept by cmd for itself: its folder on each drive. No program may be given them by name.
    if (windows && name.startsWith("=")) continue;
    const key = same(name);
    if (!inherit && !(windows && REQUIRED.has(key))) continue;
    if (!override || !given.has(key)) given.set(key, [name, value]);
  }
  return Object.fromEntries(given.values());
}
