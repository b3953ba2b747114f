import { withVariables } from "./environment.ts";
import { startDaemon } from "./start.ts";
import type { DaemonOptions, TestDaemon } from "./types.ts";

/** Options of {@linkcode withDaemon}: those of the daemon, and whether the endpoint is set. */
export interface WithDaemonOptions extends DaemonOptions {
  /**
   * Whether `KEYCHAIN_AUTH_SOCKET` points to the daemon while the test runs, so that code which
   * connects without an endpoint reaches this daemon and no other. A process has one environment:
   * tests that run at the same time need `false`, and `daemon.endpoint`. Default: `true`.
   */
  readonly environment?: boolean;
}

/**
 * The body of a test.
 *
 * @typeParam C What the test runner passes to a test.
 */
export type DaemonTest<C = unknown> = (daemon: TestDaemon, context: C) => void | Promise<void>;

/** The variable that points to the daemon. */
export const SOCKET = "KEYCHAIN_AUTH_SOCKET";

/**
 * Creates a test with its own daemon, for `Deno.test`, `bun:test`, `node:test`, Vitest and Jest.
 * While the test runs, the daemon runs too, and `KEYCHAIN_AUTH_SOCKET` points to it.
 *
 * @param options The daemon's secrets and behaviour.
 * @param body The test. It gets the daemon, and the arguments of the runner.
 * @returns The function to pass to the runner.
 * @throws {TypeError} When an option has the wrong type; the test rejects with it.
 * @throws {Error} The test rejects when another one runs at the same time and has set the variable.
 *
 * @example
 * ```ts
 * import { connect } from "@keychain-auth/client";
 * import { withDaemon } from "@keychain-auth/client/testing";
 *
 * const test = withDaemon({ secrets: { App: { API_KEY: "sk-dev" } } }, async (daemon) => {
 *   await using client = await connect();
 *   console.log(await client.service("App").get("API_KEY")); // sk-dev
 *   console.log(daemon.recorded.length); // 1
 * });
 * await test(); // the runner's part: Deno.test("reads its key", test)
 * ```
 */
export function withDaemon<C = unknown>(
  options: WithDaemonOptions,
  body: DaemonTest<C>,
): (context?: C) => Promise<void>;
/**
 * Creates a test with an empty daemon.
 *
 * @param body The test. It gets the daemon, and the arguments of the runner.
 * @returns The function to pass to the runner.
 */
export function withDaemon<C = unknown>(body: DaemonTest<C>): (context?: C) => Promise<void>;
export function withDaemon<C>(
  first: WithDaemonOptions | DaemonTest<C>,
  second?: DaemonTest<C>,
): (context?: C) => Promise<void> {
  const [options, body] = typeof first === "function" ? [{}, first] : [first, second];
  if (typeof body !== "function") throw new TypeError("withDaemon() takes a function for the test");
  // Declared without a parameter, because some runners treat a parameter as a callback and wait for
  // it.
  return notAwaited("withDaemon", async (...context: [C?]) => {
    const { environment = true, ...rest } = options;
    if (typeof environment !== "boolean") {
      throw new TypeError("Option environment must be a boolean");
    }
    const daemon = await startDaemon(rest);
    try {
      const run = (): void | Promise<void> => body(daemon, context[0] as C);
      await (environment ? withVariables({ [SOCKET]: daemon.endpoint }, run) : run());
    } finally {
      await daemon.close();
    }
  });
}

/**
 * @param name The function that creates the test.
 * @param run The test. It must be called; if it were awaited instead, it would pass without
 * running.
 * @returns The same function, which rejects when it is awaited.
 */
export function notAwaited<T extends object>(name: string, run: T): T {
  const then = (_: unknown, reject: (error: Error) => void): void =>
    reject(new TypeError(`${name}() returns a function: pass it to the test runner, or call it`));
  return Object.defineProperty(run, "then", { value: then });
}
