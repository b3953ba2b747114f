/**
 * Searching for names.
 *
 * @module
 */

import { type Operation, query } from "./operation.ts";

/** Names that begin with one of the prefixes, sorted. No prefixes mean all names. */
export function* search(service: string, prefixes: readonly string[]): Operation<string[]> {
  const results = yield* query("search", service, prefixes);
  return [...new Set(results.map(({ target }) => target))].sort();
}
