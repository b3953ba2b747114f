import { runtime } from "../../src/runtime.ts";
import { serviceName, withClient } from "../client.ts";
import { command } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { CommandError, EXIT, usageError } from "../exit_codes.ts";
import { allowNameFlag, type CommonFlags, commonFlags } from "../flags.ts";
import { calmNode } from "../run/calm_node.ts";
import { checkVariables } from "../run/limits.ts";
import { planFor } from "../run/plan.ts";
import { readVariables } from "../run/read.ts";
import { prepare, start } from "../run/start.ts";
import { oddNames, refusePower } from "../variable_names.ts";

/** The flags of `kca run`. */
export interface RunFlags extends CommonFlags {
  readonly prefix?: readonly string[];
  readonly map?: readonly string[];
  readonly dotenv?: readonly string[];
  readonly only?: readonly string[];
  readonly allowName?: readonly string[];
  readonly inheritEnv: boolean;
  readonly override: boolean;
  readonly redact: boolean;
}

/** `kca run` */
export const run = command<RunFlags>({
  flags: {
    ...commonFlags,
    prefix: {
      kind: "value",
      value: "PREFIX",
      list: true,
      about: "Every secret that begins with it, without it, is a variable",
    },
    map: {
      kind: "value",
      value: "NAME=TARGET",
      list: true,
      about: "One secret as one variable",
    },
    dotenv: {
      kind: "value",
      value: "FILE",
      list: true,
      about: "Variables of a dotenv file, with kca://SERVICE/TARGET in their values",
      // Node reads the file itself, wherever the flag stands, and obeys a NODE_OPTIONS in it.
      former: {
        name: "env-file",
        ...(runtime.name === "node" && {
          refused: "Node takes --env-file for itself: type --dotenv FILE",
        }),
      },
    },
    only: {
      kind: "value",
      value: "A,B",
      list: ",",
      about: "Only these variables; all of them must exist",
    },
    allowName: allowNameFlag,
    inheritEnv: {
      kind: "switch",
      on: true,
      about: "Give the program no variables of this shell",
    },
    override: {
      kind: "switch",
      on: true,
      about: "Let variables of this shell win over secrets",
    },
    redact: {
      kind: "switch",
      about: "Mask values in output that goes to a pipe or a file; a terminal is left alone",
    },
    json: { ...commonFlags.json, about: "Print errors as JSON" },
  },
  operands: {
    name: "PROGRAM",
    about: "the program to start, behind --",
    least: 1,
    most: Infinity,
    program: true,
  },
  docs: {
    usage: [
      "--service SERVICE --prefix PREFIX -- PROGRAM [ARGUMENTS]",
      "--service SERVICE --map NAME=TARGET -- PROGRAM [ARGUMENTS]",
      "--dotenv FILE -- PROGRAM [ARGUMENTS]",
    ],
    text: [
      "Reads an environment in one request, strips the prefix, and starts a program with it. " +
      "Nothing is started when a secret is missing. The exit code is the program's own, or 128 + " +
      "n when signal n ended it.",
      "--redact finds a value as it is, line by line, and as JSON, URLs, base64 and shells have it. " +
      "It does not find other encodings, such as hexadecimal, nor a value that is cut or changed.",
      "In `kca run … -- echo $X` this shell fills in $X, before kca starts. To use the secret: " +
      "`kca run … -- sh -c 'echo $X'`.",
    ],
    examples: [
      "kca run --service AgentSecrets --prefix proj_123:development: -- npm start",
      "kca run --service AgentSecrets --map URL=proj_123:development:URL --no-inherit-env -- ./app",
      "echo 'DB=postgres://app:kca://AgentSecrets/db-password@localhost/app' > .env.kca",
      "kca run --dotenv .env.kca --redact -- ./server | tee server.log",
    ],
  },
  action,
});

/** Runs a program with its secrets and ends as it did. */
async function action(this: Context, flags: RunFlags, ...command: string[]): Promise<void> {
  const { host } = this;
  calmNode();
  if (command.length === 0) throw usageError("No program to run: give it after --");
  const plan = planFor({
    prefixes: flags.prefix ?? [],
    maps: flags.map ?? [],
    files: await readEnvFiles(this, flags.dotenv ?? []),
    only: flags.only,
    service: () => serviceName(flags),
  });
  // The connection is closed before the start, so that there is nothing to inherit.
  const { variables, secrets } = await withClient(flags, async (client) => {
    const reading = readVariables(client, plan);
    // Meanwhile: the daemon takes 0.1 s for the first request of a connection.
    queueMicrotask(() => prepare(host));
    return await reading;
  }, this.early);
  const named = (name: string): boolean => plan.templates.has(name) || !!plan.only?.has(name);
  checkNames(this, flags, [...variables.keys()].filter((name) => !named(name)));
  checkVariables(variables);
  const { inheritEnv: inherit, override } = flags;
  const wanted = { secrets: variables, inherit, override };
  const masked = flags.redact ? await maskable(this, flags, secrets) : [];
  this.exitCode = await start(host, command, wanted, masked);
}

/** @returns The values that can be masked. Says which cannot. */
async function maskable(
  context: Context,
  flags: RunFlags,
  secrets: ReadonlyMap<string, string>,
): Promise<string[]> {
  const { isMaskable, SHORTEST } = await import("../run/forms.ts");
  const all = [...secrets].filter(([value]) => value !== "");
  const short = all.filter(([value]) => !isMaskable(value)).map(([, name]) => JSON.stringify(name));
  const shown = ([1, 2] as const).every((stream) => context.host.isTerminal(stream));
  if (short.length > 0 && !shown) {
    context.say(
      flags,
      `Warning: not masked, because a value of fewer than ${SHORTEST} characters is found in ` +
        `everything: ${short.join(", ")}`,
    );
  }
  return all.map(([value]) => value).filter(isMaskable);
}

/** Those that nobody named: they come from whoever may write the service. */
function checkNames(context: Context, flags: RunFlags, names: readonly string[]): void {
  refusePower(names, flags.allowName ?? [], "Nothing was started");
  const odd = oddNames(flags.prefix ?? [], names);
  if (odd?.all) throw new CommandError(EXIT.failed, `${odd.message}\nNothing was started`);
  if (odd) context.say(flags, `Warning: ${odd.message}`);
}

async function readEnvFiles(
  context: Context,
  paths: readonly string[],
): Promise<Map<string, string>[]> {
  if (paths.length === 0) return [];
  const { readDotenv } = await import("../files.ts");
  return await Promise.all(paths.map((path) => readDotenv(context, path)));
}
