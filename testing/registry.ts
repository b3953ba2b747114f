/**
 * The endpoints of the test daemons that run, for the check that KEYCHAIN_AUTH_FORBID_REAL asks for.
 * They are kept in the environment, so that processes that a test starts know them, too.
 */
import process from "node:process";
import { TEST_DAEMONS, testDaemons } from "../connect/forbid_real.ts";
import { granted } from "../src/runtime.ts";

/** Enters an endpoint. */
export function add(endpoint: string): void {
  publish([...testDaemons(), endpoint]);
}

/** Takes it out. */
export function remove(endpoint: string): void {
  publish(testDaemons().filter((other) => other !== endpoint));
}

function publish(endpoints: readonly string[]): void {
  // A process that may not look at its environment forbids nothing either.
  if (!granted({ name: "env", variable: TEST_DAEMONS })) return;
  if (endpoints.length > 0) process.env[TEST_DAEMONS] = JSON.stringify(endpoints);
  else delete process.env[TEST_DAEMONS];
}
