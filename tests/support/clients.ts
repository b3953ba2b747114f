/**
 * Every way to a client that this runtime has, so that one test runs over all of them. A synchronous
 * client gives plain values, which `await` takes as well.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { connect, type ConnectOptions, type KeychainClient } from "../../mod.ts";
import { connectSync, type KeychainClientSync } from "../../sync.ts";
import { type DaemonOptions, startDaemon } from "../../testing/mod.ts";
import { root, runtime, runtimeMajor, serverCommand, test, type TestOptions } from "../harness.ts";

export { connect, type ConnectOptions, connectSync, type KeychainClient };

/** Both kinds of clients. */
export type AnyClient = KeychainClient | KeychainClientSync;

/** One way to a client. */
export interface Mode {
  /** Shown in the test's name: `ffi`, `ffi sync`, `deno` or `node`. */
  readonly name: string;
  readonly transport: "ffi" | "deno" | "node";
  readonly sync: boolean;
  connect(options: ConnectOptions): Promise<AnyClient>;
}

/** Whether this runtime has FFI. */
export const hasFfi: boolean = runtime !== "node" || runtimeMajor >= 26;

/** The ways that this runtime has. */
export const modes: readonly Mode[] = [
  ...(hasFfi
    ? [
      {
        name: "ffi",
        transport: "ffi" as const,
        sync: false,
        connect: (options: ConnectOptions) => connect({ transport: "ffi", ...options }),
      },
      {
        name: "ffi sync",
        transport: "ffi" as const,
        sync: true,
        connect: (options: ConnectOptions) =>
          Promise.resolve().then(() => connectSync({ transport: "ffi", ...options })),
      },
    ]
    : []),
  ...(runtime === "deno" && process.platform !== "win32"
    ? [{
      name: "deno",
      transport: "deno" as const,
      sync: false,
      connect: (options: ConnectOptions) => connect({ transport: "deno", ...options }),
    }]
    : []),
  {
    name: "node",
    transport: "node" as const,
    sync: false,
    connect: (options: ConnectOptions) => connect({ transport: "node", ...options }),
  },
];

/** A daemon, here or in another process. */
export interface AnyDaemon extends AsyncDisposable {
  readonly endpoint: string;
}

/** Starts a daemon that a client of this mode can talk to: a blocked thread cannot serve itself. */
export async function startDaemonFor(mode: Mode, options: DaemonOptions = {}): Promise<AnyDaemon> {
  return mode.sync ? await serve(options) : await startDaemon(options);
}

async function serve(options: DaemonOptions): Promise<AnyDaemon> {
  return await startProcess("serve", [JSON.stringify(options)]);
}

/** Starts a fixture that prints its endpoint, perhaps its process id, and ends with its input. */
export async function startProcess(
  fixture: string,
  options: string[] = [],
): Promise<AnyDaemon & { readonly pid?: number }> {
  const [command, ...args] = serverCommand(fixture, options);
  const child = spawn(command!, args, { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  let text = "";
  for await (const chunk of child.stdout.setEncoding("utf8")) {
    text += chunk;
    if (text.includes("\n")) break;
  }
  const { endpoint, pid } = JSON.parse(text) as { endpoint: string; pid?: number };
  return {
    endpoint,
    pid,
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await exited;
    },
  };
}

/** A daemon that listens but accepts nobody and reads nothing, until it is woken. Not on Windows. */
export interface StoppedDaemon extends AnyDaemon {
  readonly pid: number;
}

/** Starts a daemon that is stopped, as by a debugger; it gives `value` for whatever is read. */
export async function startStopped(): Promise<StoppedDaemon> {
  const server = await startProcess("busy_server");
  const pid = server.pid!;
  process.kill(pid, "SIGSTOP");
  return {
    endpoint: server.endpoint,
    pid,
    async [Symbol.asyncDispose]() {
      process.kill(pid, "SIGCONT");
      await server[Symbol.asyncDispose]();
    },
  };
}

/** What a test gets. */
export interface Given {
  readonly client: AnyClient;
  readonly daemon: AnyDaemon;
  readonly mode: Mode;
}

/** Registers a test for every mode, with a daemon and a client that is connected to it. */
export function testClient(
  name: string,
  daemonOptions: DaemonOptions,
  body: (given: Given) => Promise<void>,
  options?: TestOptions,
): void {
  for (const mode of modes) {
    test(`[${mode.name}] ${name}`, async () => {
      await using daemon = await startDaemonFor(mode, daemonOptions);
      const client = await mode.connect({ endpoint: daemon.endpoint });
      try {
        await body({ client, daemon, mode });
      } finally {
        await client.close();
      }
    }, options);
  }
}
