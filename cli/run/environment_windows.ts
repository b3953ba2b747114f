/**
 * Builds the environment of a program on Windows.
 *
 * @module
 */

import { CommandError, EXIT } from "../exit_codes.ts";
import type { Sources } from "./environment.ts";

/**
 * Variables that every program on Windows needs. The list is that of libuv, which adds them on Node
 * and Bun anyway (required_vars in src/win/process.c).
 */
const REQUIRED: ReadonlySet<string> = new Set([
  ...["HOMEDRIVE", "HOMEPATH", "LOGONSERVER", "PATH", "SYSTEMDRIVE", "SYSTEMROOT", "TEMP"],
  ...["USERDOMAIN", "USERNAME", "USERPROFILE", "WINDIR"],
]);

/**
 * Builds an environment. Names that differ only in case are the same variable.
 *
 * @param sources Where the variables come from.
 * @throws {CommandError} When two secrets would be the same variable.
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
        `${JSON.stringify(other)} and ${JSON.stringify(name)} are the same variable on Windows. ` +
          "Leave one out with --only. Nothing was started",
      );
    }
    given.set(same(name), [name, value]);
  }
  for (const [name, value] of Object.entries(own)) {
    // cmd's own variables: its folder on each drive. They cannot be passed by name.
    if (name.startsWith("=")) continue;
    const key = same(name);
    if (!inherit && !REQUIRED.has(key)) continue;
    if (keeps(name) || !given.has(key)) given.set(key, [name, value]);
  }
  return Object.fromEntries(given.values());
}
