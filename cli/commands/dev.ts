import { runtime } from "../../src/runtime.ts";
import type { DaemonPolicy } from "../../testing/mod.ts";
import { namedService } from "../client.ts";
import { command, fileFlag } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { usageError } from "../exit_codes.ts";
import { entriesOf, readDotenv, readJson } from "../files.ts";
import { connectionFlags, serviceFlag } from "../flags.ts";
import { APPROVAL_USAGE, runApproval } from "./dev_approvals.ts";

/** The flags of `kca dev`. */
interface DevFlags {
  readonly service?: string;
  readonly socket?: string;
  readonly quiet: boolean;
  readonly seed?: string;
  readonly policy?: string;
  readonly config?: string;
  readonly unregistered: boolean;
}

/** `kca dev` */
export const dev = command<DevFlags>({
  flags: {
    service: { ...serviceFlag, about: "Service of the secrets in a dotenv file" },
    socket: { ...connectionFlags.socket, about: "Where to listen. Default: a private folder" },
    quiet: connectionFlags.quiet,
    seed: fileFlag(
      "Secrets to start with: a .json file {service: {name: value}}, or a dotenv file",
    ),
    policy: fileFlag("What callers may do, as JSON with the keys of the daemon's policy"),
    config: fileFlag("Identify callers by this config.json of the daemon (Linux)"),
    unregistered: {
      kind: "switch",
      about: "Answer as the daemon answers an unapproved executable",
    },
  },
  operands: { name: "COMMAND", about: "a command of the daemon", least: 0, most: Infinity },
  docs: {
    usage: [
      "[--seed FILE] [--policy FILE]",
      "[--seed FILE] --config FILE",
      ...APPROVAL_USAGE.map((usage) => `--config FILE ${usage}`),
    ],
    text: [
      "Runs the embedded daemon until Ctrl-C and prints the variable to set. Use it only for tests " +
      "and trials: it keeps secrets in memory, and without --config it identifies no callers.",
      "With --config it looks up each caller's executable in a config.json of the daemon's " +
      "format, by path and hash or by the signature of a trusted signer. Next to that file the " +
      "daemon keeps pending.json and audit.log. The further commands change the file as the " +
      "daemon's own commands do: authorize grants reading, writing and searching a service; " +
      "register and approve grant nothing.",
    ],
    examples: [
      `echo '{"AgentSecrets":{"demo:API_KEY":"sk-demo"}}' > seed.json`,
      "kca dev --seed seed.json",
      "kca dev --seed seed.json --config config.json",
      "kca dev --config config.json pending",
      "kca dev --config config.json authorize /usr/bin/node AgentSecrets",
    ],
  },
  action: serveOrApprove,
});

async function serveOrApprove(this: Context, flags: DevFlags, ...words: string[]): Promise<void> {
  if (words.length > 0) await runApproval(this, words, flags.config);
  else await serve(this, flags);
}

/** Serves until a signal says to stop. */
async function serve(context: Context, flags: DevFlags): Promise<void> {
  const { socket, seed, policy, config } = flags;
  if (config !== undefined && (policy !== undefined || flags.unregistered)) {
    throw usageError(
      "--config already says who may do what: leave out --policy and --unregistered",
    );
  }
  if (config !== undefined) await checkConfig(config);
  const stopped = new Promise<void>((resolve) => {
    const signals = runtime.system === "windows"
      ? (["SIGINT"] as const)
      : (["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const);
    for (const signal of signals) context.host.onSignal(signal, resolve);
  });
  // Loaded here, because the other commands do not need it.
  const { startDaemon } = await import("../../testing/mod.ts");
  const daemon = await startDaemon({
    ...(socket !== undefined && { endpoint: await absolute(socket) }),
    ...(seed !== undefined && { secrets: await readSeed(context, flags, seed) }),
    ...(policy !== undefined && { policy: readPolicy(context, policy) }),
    ...(config !== undefined ? { config } : { registered: !flags.unregistered }),
  });
  try {
    context.print(`${assignment(daemon.endpoint)}\n`);
    context.say(flags, `Serving secrets from memory, to ${callers(config)}. Press Ctrl-C to stop`);
    await stopped;
  } finally {
    await daemon.close();
  }
}

/** The daemon reads it for each caller, and would have nothing for anybody but an error. */
async function checkConfig(path: string): Promise<void> {
  const { loadConfig } = await import("../../testing/identify/config.ts");
  const { unusable } = await import("../identity/policy.ts");
  try {
    loadConfig(path);
  } catch (error) {
    throw unusable(path, error);
  }
}

function callers(config: string | undefined): string {
  return config === undefined
    ? "anyone who may open the socket"
    : `executables that ${JSON.stringify(config)} registers`;
}

/** The other terminal may be in another folder. */
async function absolute(socket: string): Promise<string> {
  if (runtime.system === "windows") return socket;
  return (await import("node:path")).resolve(socket);
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
    return {
      [await namedService(context, flags)]: Object.fromEntries(await readDotenv(context, path)),
    };
  }
  const services = readJson(context, path);
  if (typeof services !== "object" || services === null || Array.isArray(services)) {
    throw usageError(`${JSON.stringify(path)} does not contain an object of services`);
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
    `${JSON.stringify(path)} is not a policy: expected {"allowed_read_services": ["…"], ` +
      `"allowed_write_services": ["…"], "can_search": true}`,
  );
}
