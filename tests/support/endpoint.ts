/**
 * A daemon for the tests of the protocol: the embedded one, or with `KEYCHAIN_AUTH_BIN` the real
 * daemon that this variable names, started in a home of its own with this runtime authorized.
 */
import process from "node:process";
import { startDaemon } from "../../testing/mod.ts";
import { patience } from "../harness.ts";
import { RawClient } from "./raw_client.ts";
import { startRealDaemon } from "./real_daemon.ts";

/** Whether the tests run against a real daemon. */
export const real: boolean = Boolean(process.env.KEYCHAIN_AUTH_BIN);

/** The service that may be read, written and searched. */
export const SERVICE = "FactsTest";

/** A running daemon that holds nothing yet. */
export interface Endpoint extends AsyncDisposable {
  /** Where it listens. */
  readonly endpoint: string;
}

/** Starts a daemon in which {@linkcode SERVICE} is allowed, and no other service. */
export async function startEndpoint(): Promise<Endpoint> {
  if (real) return await startRealDaemon(process.env.KEYCHAIN_AUTH_BIN!, SERVICE);
  return await startDaemon({
    idleTimeout: 30_000 * patience,
    policy: {
      allowed_read_services: [SERVICE],
      allowed_write_services: [SERVICE],
      can_search: true,
    },
  });
}

/** A daemon with these secrets in {@linkcode SERVICE}, and a client of it. */
export interface Bench extends AsyncDisposable {
  readonly endpoint: string;
  readonly client: RawClient;
}

/** Starts a daemon, connects, and writes secrets the way any client would. */
export async function startBench(secrets: Record<string, string> = {}): Promise<Bench> {
  const daemon = await startEndpoint();
  const client = await RawClient.connect(daemon.endpoint);
  const targets = Object.keys(secrets);
  if (targets.length > 0) {
    const request = { action: "write", service: SERVICE, targets, values: Object.values(secrets) };
    const reply = await client.ask(request);
    if (!reply.includes('"success"')) throw new Error(`Cannot seed: ${reply}`);
  }
  return {
    endpoint: daemon.endpoint,
    client,
    async [Symbol.asyncDispose]() {
      await client.close();
      await daemon[Symbol.asyncDispose]();
    },
  };
}
