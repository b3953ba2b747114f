/**
 * The endpoints of the running test daemons, for the check of KEYCHAIN_AUTH_FORBID_REAL. They are
 * in the environment, so that processes that a test starts know them, too.
 */
import process from "node:process";
import { placeOf, TEST_DAEMONS, testDaemons } from "../connect/forbid_real.ts";
import { granted } from "../src/runtime.ts";

/** Adds the endpoint of a listening daemon. @returns A function that removes it. */
export function add(endpoint: string): () => void {
  const names = [...new Set([endpoint, placeOf(endpoint)])];
  publish([...testDaemons(), ...names]);
  return () => publish(testDaemons().filter((other) => !names.includes(other)));
}

function publish(endpoints: readonly string[]): void {
  // A process that cannot read its environment does not check it either.
  if (!granted({ name: "env", variable: TEST_DAEMONS })) return;
  if (endpoints.length > 0) process.env[TEST_DAEMONS] = JSON.stringify(endpoints);
  else delete process.env[TEST_DAEMONS];
}
