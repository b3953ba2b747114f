/**
 * The environment that a program is started with on Windows.
 *
 * @module
 */

import { CommandError, EXIT } from "../exit_codes.ts";
import type { Sources } from "./environment.ts";

/**
 * What no program on Windows does without; the list is that of libuv, which Node and Bun take
 * these from in any case (required_vars in src/win/process.c).
 */
const REQUIRED: ReadonlySet<string> = new Set([
  ...["HOMEDRIVE", "HOMEPATH", "LOGONSERVER", "PATH", "SYSTEMDRIVE", "SYSTEMROOT", "TEMP"],
  ...["USERDOMAIN", "USERNAME", "USERPROFILE", "WINDIR"],
]);

/**
 * Puts an environment together. Two names that differ only in case are one variable.
 *
 * @param sources Where the variables come from.
 * @throws {CommandError} When two secrets would be one variable.
 */
export function environmentOnWindows(
  sources: Sources<Readonly<Record<string, string>>>,
): Record<string, string> {
  const { secrets, own, inherit, keeps } = sources;
  const same = (name: string): string => name.toUpperCase();
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
    if (name.startsWith("=")) continue;
    const key = same(name);
    if (!inherit && !REQUIRED.has(key)) continue;
    if (keeps(name) || !given.has(key)) given.set(key, [name, value]);
  }
  return Object.fromEntries(given.values());
}
