import { withVariables } from "./environment.ts";
import { startDaemon } from "./start.ts";
import type { DaemonOptions, TestDaemon } from "./types.ts";

/** Options of {@linkcode withDaemon}: those of the daemon, and whether the endpoint is set. */
export interface WithDaemonOptions extends DaemonOptions {
  /**
   * Whether `KEYCHAIN_AUTH_SOCKET` names the daemon while the test runs, so that whatever connects
   * without an endpoint reaches this daemon and no other. A process has one environment: tests that
   * run at the same time need `false`, and `daemon.endpoint`. Default: `true`.
   */
  readonly environment?: boolean;
}

/**
 * The body of a test.
 *
 * @typeParam C What the test runner passes to a test.
 */
export type DaemonTest<C = unknown> = (daemon: TestDaemon, context: C) => void | Promise<void>;

/** The variable that names the daemon. */
export const SOCKET = "KEYCHAIN_AUTH_SOCKET";

/**
 * Makes a test that has a daemon of its own, for `Deno.test`, `bun:test`, `node:test`, Vitest and
 * Jest: the daemon runs while the test does, and `KEYCHAIN_AUTH_SOCKET` names it meanwhile.
 *
 * @param options What the daemon holds and how it behaves.
 * @param body The test. It is given the daemon, and what the runner passes to a test.
 * @returns The function to hand to the runner.
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
 * Makes a test with a daemon that holds nothing.
 *
 * @param body The test. It is given the daemon, and what the runner passes to a test.
 * @returns The function to hand to the runner.
 */
export function withDaemon<C = unknown>(body: DaemonTest<C>): (context?: C) => Promise<void>;
export function withDaemon<C>(
  first: WithDaemonOptions | DaemonTest<C>,
  second?: DaemonTest<C>,
): (context?: C) => Promise<void> {
  const [options, body] = typeof first === "function" ? [{}, first] : [first, second];
  if (typeof body !== "function") throw new TypeError("withDaemon() takes a function for the test");
  // Without a parameter in its declaration: some runners take one for a callback to wait for.
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
 * @param name What gives the test.
 * @param run The test, which is to be called. Awaited instead, it would pass and not have run.
 * @returns The same, which rejects then.
 */
export function notAwaited<T extends object>(name: string, run: T): T {
  const then = (_: unknown, reject: (error: Error) => void): void =>
    reject(new TypeError(`${name}() returns a function: pass it to the test runner, or call it`));
  return Object.defineProperty(run, "then", { value: then });
}
