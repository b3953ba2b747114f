/**
 * The environment of the process while a test runs.
 *
 * @module
 */

import process from "node:process";

/** Whether a test has set the environment. */
let held = false;

/**
 * Sets variables while a test runs, and then restores them.
 *
 * @param variables The variables; `undefined` removes one.
 * @param run The test.
 * @throws {Error} When another test runs at the same time: a process has one environment.
 */
export async function withVariables(
  variables: Readonly<Record<string, string | undefined>>,
  run: () => void | Promise<void>,
): Promise<void> {
  if (held) {
    throw new Error(
      "Another test is running, and KEYCHAIN_AUTH_SOCKET points to its daemon. Run tests " +
        "that use withProject() one after the other, or write " +
        "withDaemon({ environment: false }, …) in both, and connect to daemon.endpoint",
    );
  }
  held = true;
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  for (const [name, value] of Object.entries(variables)) set(name, value);
  try {
    await run();
  } finally {
    held = false;
    for (const [name, value] of before) set(name, value);
  }
}

function set(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
