#!/usr/bin/env node
/**
 * The command `kca`: run a program with its secrets; get, set, list, delete and export them; find
 * out why they cannot be reached.
 *
 * @example
 * ```sh
 * kca run --service AgentSecrets --prefix proj_123:development: -- npm start
 * ```
 *
 * @module
 */

import { execute } from "./execute.ts";
import { hostOf } from "./host/mod.ts";

await execute(hostOf());
