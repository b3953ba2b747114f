/**
 * A daemon for the tests of the protocol: the embedded one, or with `KEYCHAIN_AUTH_BIN` the real
 * daemon that this variable names, started in a home of its own with this runtime authorized.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { startDaemon } from "../../testing/mod.ts";
import { line, RawClient, sleep } from "./raw_client.ts";

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
  if (real) return await startReal(process.env.KEYCHAIN_AUTH_BIN as string);
  return await startDaemon({
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

async function startReal(bin: string): Promise<Endpoint> {
  const home = await mkdtemp(join(tmpdir(), "keychain-auth-real-"));
  const endpoint = join(home, "agent.sock");
  const env = {
    ...process.env,
    HOME: home,
    XDG_CONFIG_HOME: join(home, "config"),
    XDG_RUNTIME_DIR: home,
    KEYCHAIN_AUTH_SOCKET: endpoint,
  };
  const remove = () => rm(home, { recursive: true, force: true });
  try {
    // Through the environment: Deno takes its own path among the arguments of a child for a call of
    // Node, and puts arguments of its own behind it.
    const caller = await realpath(process.execPath);
    const command = '"$BIN" authorize "$CALLER" "$SERVICE"';
    execFileSync("/bin/sh", ["-c", command], {
      env: { ...env, BIN: bin, CALLER: caller, SERVICE },
      stdio: ["ignore", "ignore", "inherit"],
    });
  } catch (error) {
    await remove();
    throw error;
  }
  const daemon = spawn(bin, ["start"], { env, stdio: "ignore" });
  const exited = new Promise<void>((resolve) => {
    daemon.once("exit", () => resolve());
    daemon.once("error", () => resolve());
  });
  const dispose = async () => {
    daemon.kill("SIGTERM");
    await exited;
    await remove();
  };
  for (let i = 0; i < 100; i++) {
    const client = await RawClient.connect(endpoint).catch(() => undefined);
    if (client !== undefined) {
      client.send(line({ action: "search", service: SERVICE, targets: ["ready"] }));
      await client.reply();
      await client.close();
      return { endpoint, [Symbol.asyncDispose]: dispose };
    }
    await sleep(50);
  }
  await dispose();
  throw new Error(`Cannot start "${bin}": nothing listens on "${endpoint}"`);
}
