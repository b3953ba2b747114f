/**
 * Implements `KEYCHAIN_AUTH_FORBID_REAL=1`: connect only to test daemons.
 *
 * @module
 */

import { realPath } from "../net/file_status.ts";
import { InvalidRequestError } from "../src/errors/request.ts";
import { env, runtime } from "../src/runtime.ts";

/**
 * The variable with the endpoints of the test daemons that this process and its parents have
 * started, as a JSON array. `startDaemon()` keeps it up to date, and child processes inherit it.
 */
export const TEST_DAEMONS = "KEYCHAIN_AUTH_TEST_DAEMONS";

/** The endpoints of the test daemons that are known to this process. */
export function testDaemons(): string[] {
  try {
    const endpoints: unknown = JSON.parse(env(TEST_DAEMONS) ?? "[]");
    return Array.isArray(endpoints) ? endpoints.map(String) : [];
  } catch {
    return [];
  }
}

/**
 * Resolves the links of an endpoint now, because a link to the real daemon may have replaced a test
 * daemon's socket. Returns the endpoint itself when it does not exist or cannot be read.
 */
export function placeOf(endpoint: string): string {
  return (runtime.system === "windows" ? undefined : realPath(endpoint)) ?? endpoint;
}

/**
 * Checks every endpoint before any is tried.
 *
 * @param endpoints What {@linkcode endpointCandidates} returned.
 * @param caller An error created while the caller was still on the stack.
 * @throws {InvalidRequestError} When one of them does not belong to a test daemon; its stack names
 * the caller.
 */
export function forbidReal(endpoints: readonly string[], caller: Error): void {
  const known = testDaemons();
  const real = endpoints.find((endpoint) => !known.includes(placeOf(endpoint)));
  if (real === undefined) return;
  const error = new InvalidRequestError(
    "endpoint",
    `KEYCHAIN_AUTH_FORBID_REAL forbids ${JSON.stringify(real)}: neither this process nor its ` +
      "parent has started a test daemon there. Start one with withDaemon() or startDaemon() of " +
      "@keychain-auth/client/testing, and connect to its endpoint",
  );
  const frames = caller.stack?.split("\n").filter((line) => !line.startsWith("Error")) ?? [];
  error.stack = [`${error.name}: ${error.message}`, ...frames].join("\n");
  throw error;
}
