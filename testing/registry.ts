/**
 * The endpoints of the test daemons that run, for the check that KEYCHAIN_AUTH_FORBID_REAL asks for.
 * They are kept in the environment, so that processes that a test starts know them, too.
 */
import process from "node:process";
import { placeOf, TEST_DAEMONS, testDaemons } from "../connect/forbid_real.ts";
import { granted } from "../src/runtime.ts";

/** Enters the endpoint of a daemon that listens. @returns A function that takes it out. */
export function add(endpoint: string): () => void {
  const names = [...new Set([endpoint, placeOf(endpoint)])];
  publish([...testDaemons(), ...names]);
  return () => publish(testDaemons().filter((other) => !names.includes(other)));
}

function publish(endpoints: readonly string[]): void {
  // A process that may not look at its environment forbids nothing either.
  if (!granted({ name: "env", variable: TEST_DAEMONS })) return;
  if (endpoints.length > 0) process.env[TEST_DAEMONS] = JSON.stringify(endpoints);
  else delete process.env[TEST_DAEMONS];
}
