import { checks } from "./checks/mod.ts";
import type { ConformanceGroup } from "./types.ts";

/** A check that can be run. */
export interface CheckDescription {
  /** Its group. */
  readonly group: ConformanceGroup;
  /** The checked fact. */
  readonly name: string;
  /** Whether it runs only with the option `slow`. */
  readonly slow: boolean;
}

/**
 * Lists every check and sends nothing.
 *
 * @returns The checks in the order of the run.
 *
 * @example
 * ```ts
 * import { listChecks } from "@keychain-auth/client/conformance";
 *
 * const limits = listChecks().filter(({ group }) => group === "limits");
 * console.log(limits[0]?.name); // a line of 65,535 bytes is answered
 * ```
 */
export function listChecks(): CheckDescription[] {
  return checks.map(({ group, name, slow = false }) => ({ group, name, slow }));
}
