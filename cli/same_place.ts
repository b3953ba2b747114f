/**
 * Flags for the next command to type, so that it uses the same daemon and project.
 *
 * @module
 */

import { shellFlag } from "../src/errors/shell_word.ts";

/** Flags that choose daemon, service and project. */
export interface PlaceFlags {
  readonly project?: string | undefined;
  readonly profile?: string | undefined;
  /** A list for doctor, which examines any number. */
  readonly service?: string | readonly string[] | undefined;
  readonly source?: string | undefined;
  readonly socket?: string | undefined;
}

/** @returns These flags as they were typed, with a blank before each; empty without any. */
export function samePlace<Name extends keyof PlaceFlags>(
  flags: Pick<PlaceFlags, Name>,
  ...names: Name[]
): string {
  return names.flatMap((name) =>
    [flags[name] ?? []].flat().map((value) => ` ${shellFlag(name, value)}`)
  ).join("");
}
