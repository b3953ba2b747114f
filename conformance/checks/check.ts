/**
 * The type of a check.
 *
 * @module
 */

import type { Bench } from "../bench.ts";
import type { Condition } from "../table/exchange.ts";
import type { ConformanceGroup } from "../types.ts";

/** One fact that can be checked. */
export interface Check {
  readonly group: ConformanceGroup;
  readonly name: string;
  readonly needs: readonly Condition[];
  /** Takes long, or fills the daemon. */
  readonly slow?: true;
  /** Runs the check; throws a Mismatch when the fact does not hold. */
  run(bench: Bench): Promise<void>;
}
