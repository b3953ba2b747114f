/**
 * All checks.
 *
 * @module
 */

import { GROUPS } from "../options.ts";
import { scenarios } from "../table/mod.ts";
import type { Check } from "./check.ts";
import { lifetime } from "./lifetime.ts";
import { limits } from "./limits.ts";
import { permissions } from "./permissions.ts";
import { stream } from "./stream.ts";
import { unregistered } from "./unregistered.ts";

/** Every check, group by group. */
export const checks: readonly Check[] = [
  ...scenarios.map(({ exchanges, ...scenario }): Check => ({
    ...scenario,
    run: (bench) => bench.converse(exchanges),
  })),
  ...stream,
  ...permissions,
  ...unregistered,
  ...limits,
  ...lifetime,
].sort((one, other) => GROUPS.indexOf(one.group) - GROUPS.indexOf(other.group));
