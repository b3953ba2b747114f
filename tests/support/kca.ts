/** Running the command `kca` in the current runtime against an embedded daemon. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type DaemonOptions, startDaemon, type TestDaemon } from "../../testing/mod.ts";
import { fixtureCommand, type FixtureOptions, type FixtureResult, runCommand } from "../harness.ts";

/** The service that tests use. */
export const SERVICE = "AgentSecrets";

/** Whether the shell's programs are there. */
export const posix: boolean = process.platform !== "win32";

/** An endpoint that nobody listens at, in a folder that is there: a daemon could. */
export const ABSENT: string = posix
  ? join(tmpdir(), "kca-test-absent.sock")
  : "\\\\.\\pipe\\kca-test-absent";

/** The variables that make the command talk to a daemon. */
export function kcaEnv(daemon: TestDaemon): Record<string, string | undefined> {
  return {
    KEYCHAIN_AUTH_SOCKET: daemon.endpoint,
    KEYCHAIN_AUTH_SERVICE: SERVICE,
    NODE_NO_WARNINGS: "1",
  };
}

/** The command line of `kca`. */
export function kcaCommand(args: readonly string[]): string[] {
  return fixtureCommand("kca", { args: [...args] });
}

/** `kca doctor`, which waits for a busy machine longer than for a user. */
export const DOCTOR: readonly string[] = ["doctor", "--timeout", "60s"];

/** Runs `kca` with pipes. */
export async function kca(
  daemon: TestDaemon,
  args: readonly string[],
  options: Pick<FixtureOptions, "env" | "stdin" | "cwd"> = {},
): Promise<FixtureResult> {
  return await runCommand(kcaCommand(args), {
    ...options,
    env: { ...kcaEnv(daemon), ...options.env },
  });
}

/** Starts a daemon with secrets of the one service. */
export async function daemonWith(
  secrets: Record<string, string>,
  options: DaemonOptions = {},
): Promise<TestDaemon> {
  return await startDaemon({ secrets: { [SERVICE]: secrets }, ...options });
}

/** A folder that is gone after the test. */
export function temporaryFolder(): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "kca-test-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
