/**
 * The table of facts: everything that one request and its reply can show. The conformance kit
 * checks it with any daemon, the tests of this project with the embedded one.
 *
 * @module
 */

import { actions } from "./actions.ts";
import { envelope } from "./envelope.ts";
import type { Scenario } from "./exchange.ts";
import { policy } from "./policy.ts";
import { searches } from "./searches.ts";
import { undecodable } from "./undecodable.ts";

/** Every scenario, in the order of the run. */
export const scenarios: readonly Scenario[] = [
  ...actions,
  ...searches,
  ...envelope,
  ...undecodable,
  ...policy,
];
