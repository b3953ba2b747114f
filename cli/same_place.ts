/**
 * Commands to type next that mean the same daemon and the same project.
 *
 * @module
 */

import { shellFlag } from "../src/errors/shell_word.ts";

/** Flags that say what a command is about. */
export interface PlaceFlags {
  readonly project?: string | undefined;
  readonly profile?: string | undefined;
  /** Of doctor, which examines any number, a list. */
  readonly service?: string | readonly string[] | undefined;
  readonly source?: string | undefined;
  readonly socket?: string | undefined;
}

/** @returns These flags as they were typed, with a blank before each; nothing where there is none. */
export function samePlace<Name extends keyof PlaceFlags>(
  flags: Pick<PlaceFlags, Name>,
  ...names: Name[]
): string {
  return names.flatMap((name) =>
    [flags[name] ?? []].flat().map((value) => ` ${shellFlag(name, value)}`)
  ).join("");
}
