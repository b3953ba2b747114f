/** What the tests on Windows share. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import * as bun from "../../ffi/windows/bun.ts";
import * as deno from "../../ffi/windows/deno.ts";
import * as node from "../../ffi/windows/node.ts";
import { connectPipeSync } from "../../ffi/windows/connection_sync.ts";
import type { Transport } from "../../src/transport.ts";
import { winTransport } from "../../ffi/windows/transport.ts";
import { execPath, repoPath, runtime, runtimeMajor } from "../harness.ts";

/** Whether this runtime can call Windows itself. */
export const hasForeignCalls: boolean = runtime !== "node" || runtimeMajor >= 26;

/** This runtime's ffi transport. */
export function transport():
  & ReturnType<typeof winTransport>
  & Required<Pick<Transport, "connectSync">> {
  const transport = winTransport({ deno, bun, node }[runtime], connectPipeSync);
  return transport as typeof transport & Required<Pick<Transport, "connectSync">>;
}

/** A pipe name that nobody uses. */
export function newPipeName(): string {
  return `\\\\.\\pipe\\keychain-auth-test-${randomBytes(8).toString("hex")}`;
}

/** The Deno that runs the servers of tests/fixtures; absent outside of Windows runs. */
export const denoPath: string | undefined = runtime === "deno"
  ? execPath
  : process.env.KEYCHAIN_AUTH_TEST_DENO;

/** A server of a pipe, in a process of its own. */
export interface PipeServer extends AsyncDisposable {
  readonly endpoint: string;
  readonly pid: number;
}

/** A daemon with 1,024-byte buffers and one instance an accept. */
export function startNarrowDaemon(): Promise<PipeServer> {
  return startServer("narrow_pipe.ts");
}

/** A server with one instance, which is missing for a moment when its client has left. */
export function startSinglePipe(): Promise<PipeServer> {
  return startServer("single_pipe.ts");
}

async function startServer(fixture: string): Promise<PipeServer> {
  const folder = mkdtempSync(join(tmpdir(), "keychain-auth-pipe-"));
  const ready = join(folder, "ready");
  const endpoint = newPipeName();
  const script = repoPath("tests", "fixtures", fixture);
  const args = ["run", "-A", "--no-check", script, endpoint, ready];
  const child = spawn(denoPath!, args, { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  const started = performance.now();
  while (!existsSync(ready)) {
    if (child.exitCode !== null || performance.now() - started > 20_000) {
      throw new Error(`${fixture} did not start`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    endpoint,
    pid: child.pid!,
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
