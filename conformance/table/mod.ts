/**
 * The table of facts: every exchange that one request and one reply can show. The conformance kit
 * asks it of any daemon, the tests of this project ask it of the embedded one.
 *
 * @module
 */

import { actions } from "./actions.ts";
import { envelope } from "./envelope.ts";
import type { Scenario } from "./exchange.ts";
import { policy } from "./policy.ts";
import { searches } from "./searches.ts";
import { undecodable } from "./undecodable.ts";

/** Every scenario, in the order in which they are asked. */
export const scenarios: readonly Scenario[] = [
  ...actions,
  ...searches,
  ...envelope,
  ...undecodable,
  ...policy,
];
