import { EmbeddedDaemon, type Wrap } from "./daemon.ts";
import { readOptions } from "./options.ts";
import { preparePlace } from "./place.ts";
import type { DaemonOptions, TestDaemon } from "./types.ts";

/**
 * Starts a daemon inside this process: the same protocol, byte for byte, on a real Unix socket or
 * named pipe, with secrets kept in memory only.
 *
 * **It checks no identity by default.** The real daemon hashes the caller's executable and looks it
 * up; this one does so with `config`. Otherwise it serves everyone who can open its socket, or no
 * one with `registered: false`. The socket (mode 0600) is in a private temporary folder (mode
 * 0700), which is removed on close.
 *
 * @param options What to store and how to behave, see {@linkcode DaemonOptions}.
 * @returns The running daemon. Close it, or declare it with `await using`.
 * @throws {TypeError} When an option has the wrong type.
 * @throws {RangeError} When a number is out of range, or the path is too long for a socket.
 * @throws {Error} When the endpoint cannot be listened on, or callers cannot be identified here.
 *
 * @example
 * ```ts
 * import { connect } from "@keychain-auth/client";
 * import { startDaemon } from "@keychain-auth/client/testing";
 *
 * await using daemon = await startDaemon({ secrets: { AgentSecrets: { GREETING: "hello" } } });
 * await using client = await connect({ endpoint: daemon.endpoint });
 * console.log(await client.service("AgentSecrets").get("GREETING")); // hello
 * ```
 */
export function startDaemon(options: DaemonOptions = {}): Promise<TestDaemon> {
  return startWith(options);
}

/** Starts a daemon with wrong answers, for tests of code that must notice them. */
export async function startWith(options: DaemonOptions, wrap?: Wrap): Promise<TestDaemon> {
  const settings = readOptions(options);
  const { config } = settings;
  const authenticator = config === undefined
    ? undefined
    : await (await import("./identify/authenticator.ts")).Authenticator.open(config);
  let daemon: EmbeddedDaemon;
  try {
    const place = await preparePlace(settings.endpoint);
    daemon = new EmbeddedDaemon(settings, place, authenticator, wrap);
  } catch (error) {
    authenticator?.close();
    throw error;
  }
  try {
    await daemon.listen();
    for (const [name, how] of settings.faults) daemon.fail(name, how);
  } catch (error) {
    await daemon.close();
    throw error;
  }
  return daemon;
}
