import { checks } from "./checks/mod.ts";
import type { ConformanceGroup } from "./types.ts";

/** A check that can be asked. */
export interface CheckDescription {
  /** What it is about. */
  readonly group: ConformanceGroup;
  /** The fact that is asked. */
  readonly name: string;
  /** Whether it is asked only with the option `slow`. */
  readonly slow: boolean;
}

/**
 * Lists every check, asking nothing.
 *
 * @returns The checks in the order of asking.
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
