/**
 * What a check is.
 *
 * @module
 */

import type { Bench } from "../bench.ts";
import type { Condition } from "../table/exchange.ts";
import { scenarios } from "../table/mod.ts";
import type { ConformanceGroup } from "../types.ts";
import { lifetime } from "./lifetime.ts";
import { limits } from "./limits.ts";
import { stream } from "./stream.ts";
import { unregistered } from "./unregistered.ts";

/** One fact that can be asked. */
export interface Check {
  readonly group: ConformanceGroup;
  readonly name: string;
  readonly needs: readonly Condition[];
  /** Takes long, or fills the daemon. */
  readonly slow?: true;
  /** Asks; throws a Mismatch when the fact does not hold. */
  run(bench: Bench): Promise<void>;
}

const ORDER: readonly ConformanceGroup[] = ["protocol", "policy", "limits", "lifetime"];

/** Every check, group by group. */
export const checks: readonly Check[] = [
  ...scenarios.map(({ exchanges, ...scenario }): Check => ({
    ...scenario,
    run: (bench) => bench.converse(exchanges),
  })),
  ...stream,
  ...unregistered,
  ...limits,
  ...lifetime,
].sort((one, other) => ORDER.indexOf(one.group) - ORDER.indexOf(other.group));
