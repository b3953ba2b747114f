/** A scripted server on a real socket and a client of it, for every way to a client. */
import type { Seen } from "../faults/fault.ts";
import { test, type TestOptions } from "../harness.ts";
import { type AnyClient, type ConnectOptions, type Mode, modes } from "./clients.ts";
import { giveCue } from "./cue.ts";
import { until } from "./raw_client.ts";
import { startScripted } from "./scripted_server.ts";
import { ServerProcess } from "./server_process.ts";
import type { NamedStep } from "./steps.ts";

/** One script for each connection, the last one for all further ones. */
export type NamedScripts = readonly (readonly NamedStep[])[];

/** A scripted server, here or in another process. */
export interface AnyServer extends AsyncDisposable {
  readonly endpoint: string;
  /** What it saw up to now. */
  seen(): Promise<Seen>;
  /** Waits until so many steps of its scripts are done. */
  done(steps: number): Promise<void>;
  /** Gives its scripts one cue more. */
  cue(): void;
}

/** One process for all tests of a file, which ends with this one: its input is closed then. */
let shared: ServerProcess | undefined;

/**
 * Starts a server that a client of this mode can talk to: a blocked thread cannot serve itself. See
 * {@linkcode canSanitize}.
 */
export async function startScriptedFor(mode: Mode, scripts: NamedScripts): Promise<AnyServer> {
  if (mode.sync) {
    const process = shared ??= new ServerProcess();
    const { id, endpoint } = await process.start(scripts);
    return {
      endpoint,
      seen: () => process.seen(id),
      done: (steps) => process.done(id, steps),
      cue: () => giveCue(endpoint),
      [Symbol.asyncDispose]: () => process.ask(id, "forget"),
    };
  }
  const server = await startScripted(scripts);
  return {
    endpoint: server.endpoint,
    seen() {
      const { connections, openConnections: open, requests, steps } = server;
      return Promise.resolve({ connections, open, requests, steps });
    },
    done: (steps) => until(`${steps} steps are done`, () => server.steps >= steps),
    cue: () => giveCue(server.endpoint),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/**
 * Whether Deno may look for leaks behind a test whose client is closed while it waits. Over ffi a
 * thread may poll then, which ends a moment after close(); a process that serves others stays.
 */
export function canSanitize(mode: Mode): boolean {
  return mode.transport !== "ffi";
}

/** What a test gets. */
export interface GivenServer {
  readonly client: AnyClient;
  readonly server: AnyServer;
  readonly mode: Mode;
}

/** Registers a test for every mode, or those of one kind, with a server and a client of it. */
export function testScripted(
  name: string,
  scripts: NamedScripts,
  body: (given: GivenServer) => Promise<void>,
  { only, connect, ...options }: TestOptions & {
    only?: "async" | "sync";
    connect?: ConnectOptions;
  } = {},
): void {
  for (const mode of modes) {
    if (only !== undefined && (only === "sync") !== mode.sync) continue;
    test(`[${mode.name}] ${name}`, async () => {
      await using server = await startScriptedFor(mode, scripts);
      const client = await mode.connect({ endpoint: server.endpoint, ...connect });
      try {
        await body({ client, server, mode });
      } finally {
        await client.close();
      }
    }, { sanitize: canSanitize(mode), ...options });
  }
}
