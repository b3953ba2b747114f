import { resolve } from "node:path";
import { runtime } from "../../src/runtime.ts";
import { type DaemonPolicy, startDaemon } from "../../testing/mod.ts";
import { serviceName } from "../client.ts";
import { command } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { usageError } from "../exit_codes.ts";
import { entriesOf, readDotenv, readJson } from "../files.ts";
import { connectionFlags, serviceFlag } from "../flags.ts";

/** The flags of `kca dev`. */
interface DevFlags {
  readonly service?: string;
  readonly socket?: string;
  readonly quiet: boolean;
  readonly seed?: string;
  readonly policy?: string;
  readonly unregistered: boolean;
}

/** `kca dev` */
export const dev = command<DevFlags>({
  flags: {
    service: { ...serviceFlag, about: "Service of the secrets in a dotenv file" },
    socket: { ...connectionFlags.socket, about: "Where to listen; else a private folder" },
    quiet: connectionFlags.quiet,
    seed: {
      kind: "value",
      value: "FILE",
      about: "Secrets to start with: a .json file {service: {name: value}}, or a dotenv file",
    },
    policy: {
      kind: "value",
      value: "FILE",
      about: "What callers may do, as JSON with the daemon's own keys",
    },
    unregistered: {
      kind: "switch",
      about: "Answer as to an executable that nobody has approved",
    },
  },
  docs: {
    usage: ["[--seed FILE] [--policy FILE]"],
    text: [
      "Runs the embedded daemon until Ctrl-C and prints the line that names it. It checks no " +
      "identity: use it for tests and trials only.",
    ],
    examples: [
      `echo '{"AgentSecrets":{"demo:API_KEY":"sk-demo"}}' > seed.json`,
      "kca dev --seed seed.json",
    ],
  },
  action,
});

/** Serves until a signal says to stop. */
async function action(this: Context, flags: DevFlags): Promise<void> {
  const { socket, seed, policy } = flags;
  const stopped = new Promise<void>((resolve) => {
    const signals = runtime.system === "windows"
      ? (["SIGINT"] as const)
      : (["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const);
    for (const signal of signals) this.host.onSignal(signal, resolve);
  });
  const daemon = await startDaemon({
    ...(socket !== undefined && { endpoint: absolute(socket) }),
    ...(seed !== undefined && { secrets: await readSeed(this, flags, seed) }),
    ...(policy !== undefined && { policy: readPolicy(this, policy) }),
    registered: !flags.unregistered,
  });
  try {
    this.print(`${assignment(daemon.endpoint)}\n`);
    this.say(flags, "Serving secrets from memory, to anybody who may open the socket. Ctrl-C ends");
    await stopped;
  } finally {
    await daemon.close();
  }
}

/** The other terminal may be in another folder. */
function absolute(socket: string): string {
  return runtime.system === "windows" ? socket : resolve(socket);
}

/** @returns The line that names an endpoint, for PowerShell on Windows and for POSIX elsewhere. */
function assignment(endpoint: string): string {
  return runtime.system === "windows"
    ? `$env:KEYCHAIN_AUTH_SOCKET = '${endpoint.replaceAll("'", "''")}'`
    : `export KEYCHAIN_AUTH_SOCKET='${endpoint.replaceAll("'", `'\\''`)}'`;
}

async function readSeed(
  context: Context,
  flags: DevFlags,
  path: string,
): Promise<Record<string, Record<string, string>>> {
  if (!path.endsWith(".json")) {
    return { [serviceName(flags)]: Object.fromEntries(await readDotenv(context, path)) };
  }
  const services = readJson(context, path);
  if (typeof services !== "object" || services === null || Array.isArray(services)) {
    throw usageError(`${JSON.stringify(path)} holds no object of services`);
  }
  return Object.fromEntries(
    Object.entries(services).map(([service, secrets]) => [
      service,
      Object.fromEntries(entriesOf(secrets, `${JSON.stringify(path)}, ${JSON.stringify(service)}`)),
    ]),
  );
}

function readPolicy(context: Context, path: string): DaemonPolicy {
  const policy = readJson(context, path) as Partial<DaemonPolicy> | null;
  const texts = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((item) => typeof item === "string");
  const { allowed_read_services, allowed_write_services, can_search } = policy ?? {};
  if (
    texts(allowed_read_services) && texts(allowed_write_services) &&
    typeof can_search === "boolean"
  ) {
    return { allowed_read_services, allowed_write_services, can_search };
  }
  throw usageError(
    `${JSON.stringify(path)} is no policy: {"allowed_read_services": ["…"], ` +
      `"allowed_write_services": ["…"], "can_search": true}`,
  );
}
