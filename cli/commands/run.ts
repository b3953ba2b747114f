import { runtime } from "../../src/runtime.ts";
import { namedService, withClient } from "../client.ts";
import { command } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { CommandError, EXIT, usageError } from "../exit_codes.ts";
import { allowNameFlag, type CommonFlags, commonFlags } from "../flags.ts";
import {
  ALL,
  allowMissingFlag,
  names,
  onlyFlag,
  projectFlags,
  sourceFlag,
  type SourceFlags,
} from "../project/flags.ts";
import { detachStderr, refuseEnvFile } from "../run/node_quirks.ts";
import { checkVariables } from "../run/limits.ts";
import { planFor } from "../run/plan.ts";
import { readVariables, type Variables } from "../run/read.ts";
import { prepare, start } from "../run/start.ts";
import { quoted } from "../terminal/printable.ts";
import { oddNames, refusePower } from "../variable_names.ts";

/** The flags of `kca run`. */
export interface RunFlags extends CommonFlags, SourceFlags {
  readonly prefix?: readonly string[];
  readonly map?: readonly string[];
  readonly dotenv?: readonly string[];
  readonly allowName?: readonly string[];
  readonly inheritEnv: boolean;
  readonly noOverride?: readonly string[];
  readonly redact: boolean;
}

/** `kca run` */
export const run = command<RunFlags>({
  flags: {
    ...commonFlags,
    ...projectFlags,
    source: sourceFlag,
    allowMissing: allowMissingFlag,
    prefix: {
      kind: "value",
      value: "PREFIX",
      list: true,
      about: "Set a variable for each secret that begins with PREFIX, named without it",
    },
    map: {
      kind: "value",
      value: "NAME=TARGET",
      list: true,
      about: "Set a variable from one secret",
    },
    dotenv: {
      kind: "value",
      value: "FILE",
      list: true,
      about: "Set the variables of a dotenv file, whose values may be kca://SERVICE/TARGET",
      // Node itself reads the file, wherever the flag stands, and obeys a NODE_OPTIONS in it.
      former: {
        name: "env-file",
        ...(runtime.name === "node" && {
          refused: "Node reads --env-file itself: type --dotenv FILE",
        }),
      },
    },
    only: onlyFlag,
    allowName: allowNameFlag,
    inheritEnv: {
      kind: "switch",
      on: true,
      about: "Do not pass the variables of this shell to the program",
    },
    noOverride: {
      kind: "value",
      value: "A,B",
      list: ",",
      bare: ALL,
      about: "Prefer variables of this shell to secrets: these, or all",
    },
    redact: {
      kind: "switch",
      about: "Mask values in output to a pipe or a file, but not to a terminal",
    },
    json: { ...commonFlags.json, about: "Print errors as JSON" },
  },
  operands: {
    name: "PROGRAM",
    about: "the program to start, after --",
    least: 1,
    most: Infinity,
    program: true,
  },
  docs: {
    usage: [
      "-- PROGRAM [ARGUMENTS]",
      "--service SERVICE --prefix PREFIX -- PROGRAM [ARGUMENTS]",
      "--service SERVICE --map NAME=TARGET -- PROGRAM [ARGUMENTS]",
      "--dotenv FILE -- PROGRAM [ARGUMENTS]",
    ],
    text: [
      "Reads secrets in one request and starts a program with them as variables: the secrets that " +
      "kca.json declares, or those that --prefix, --map and --dotenv name. Starts nothing " +
      "when a secret is missing. The exit code is that of the program, or 128 + n when " +
      "signal n ended it.",
      "In a project, a stored secret overrides a variable of this shell, which overrides a default.",
      "--redact finds a value as it is, line by line, and in the forms of JSON, URLs, base64 and " +
      "shells. It does not find other encodings, such as hexadecimal, nor a cut or changed value.",
      "In `kca run … -- echo $X` this shell expands $X before kca starts. To use the secret: " +
      "`kca run … -- sh -c 'echo $X'`.",
    ],
    examples: [
      "kca run -- npm start",
      "kca run --profile production --only DATABASE_URL -- ./migrate",
      "kca run --service AgentSecrets --prefix proj_123:development: -- npm start",
      "kca run --service AgentSecrets --map URL=proj_123:development:URL --no-inherit-env -- ./app",
      "echo 'DB=postgres://app:kca://AgentSecrets/db-password@localhost/app' > .env.kca",
      "kca run --dotenv .env.kca --redact -- ./server | tee server.log",
    ],
  },
  action,
});

/** Runs a program with its secrets and ends with its exit code or signal. */
async function action(this: Context, flags: RunFlags, ...command: string[]): Promise<void> {
  const { host } = this;
  detachStderr();
  if (command.length === 0) throw usageError("No program to run: give it after --");
  refuseEnvFile(host.args());
  const prepared = (): unknown => prepare(host);
  const { prefix = [], map = [], dotenv = [] } = flags;
  const list = [...prefix, ...map, ...dotenv];
  const { variables, secrets } = list.length > 0
    ? await listed(this, flags, prepared)
    : await ofProject(this, flags, prepared);
  // For a project, this was already decided when its values were found.
  const keeps = (name: string): boolean => list.length > 0 && names(flags.noOverride, name);
  checkVariables(variables);
  const wanted = { secrets: variables, inherit: flags.inheritEnv, keeps };
  const masked = flags.redact ? await maskable(this, flags, secrets) : [];
  this.exitCode = await start(host, command, wanted, masked);
}

/**
 * The variables that flags list.
 *
 * @param meanwhile Called while the daemon looks at this process, which takes 0.1 s.
 */
async function listed(
  context: Context,
  flags: RunFlags,
  meanwhile: () => void,
): Promise<Variables> {
  const { prefix: prefixes = [], map: maps = [], dotenv = [], only } = flags;
  const needsService = prefixes.length > 0 || maps.some((map) => !/^[^=]+=kca:\/\//.test(map));
  const service = needsService ? await namedService(context, flags) : undefined;
  const files = await readEnvFiles(context, dotenv);
  const plan = planFor({ prefixes, maps, files, only, service: () => service! });
  // The connection is closed before the start, so that the program cannot inherit it.
  const read = await withClient(flags, async (client) => {
    const reading = readVariables(client, plan);
    queueMicrotask(meanwhile);
    return await reading;
  }, context.early);
  const named = (name: string): boolean => plan.templates.has(name) || !!plan.only?.has(name);
  checkNames(context, flags, [...read.variables.keys()].filter((name) => !named(name)));
  return read;
}

/** The variables that the project declares. */
async function ofProject(
  context: Context,
  flags: RunFlags,
  meanwhile: () => void,
): Promise<Variables> {
  const { projectVariables } = await import("../project/run_project.ts");
  return await projectVariables(context, flags, context.early, meanwhile);
}

/** @returns The values that can be masked. Warns about the others. */
async function maskable(
  context: Context,
  flags: RunFlags,
  secrets: Variables["secrets"],
): Promise<string[]> {
  const { isMaskable, SHORTEST } = await import("../run/forms.ts");
  const all = secrets.filter(([, value]) => value !== "");
  const short = all.filter(([, value]) => !isMaskable(value)).map(([name]) => name);
  const shown = ([1, 2] as const).every((stream) => context.host.isTerminal(stream));
  if (short.length > 0 && !shown) {
    context.say(
      flags,
      `Warning: not masked, because a value of fewer than ${SHORTEST} characters occurs ` +
        `everywhere: ${[...new Set(short)].map(quoted).join(", ")}`,
    );
  }
  return [...new Set(all.map(([, value]) => value))].filter(isMaskable);
}

/** Checks names from a prefix, which anyone who may write to the service chooses. */
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
