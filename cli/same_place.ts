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
  readonly service?: string | undefined;
  readonly source?: string | undefined;
  readonly socket?: string | undefined;
}

/** @returns These flags as they were typed, with a blank before each; nothing where there is none. */
export function samePlace<Name extends keyof PlaceFlags>(
  flags: Pick<PlaceFlags, Name>,
  ...names: Name[]
): string {
  return names.map((name) => {
    const value: unknown = flags[name];
    // Of doctor, --service is a list.
    return typeof value === "string" ? ` ${shellFlag(name, value)}` : "";
  }).join("");
}
