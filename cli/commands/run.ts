import { buildCommand, type Command } from "@stricli/core";
import { serviceName, withClient } from "../client.ts";
import type { Context } from "../context.ts";
import { usageError } from "../exit_codes.ts";
import { type CommonFlags, commonFlags, text } from "../flags.ts";
import { calmNode } from "../run/calm_node.ts";
import { checkVariables } from "../run/limits.ts";
import { planFor } from "../run/plan.ts";
import { readVariables } from "../run/read.ts";
import { prepare, start } from "../run/start.ts";

/** The flags of `kca run`. */
export interface RunFlags extends CommonFlags {
  readonly prefix?: readonly string[];
  readonly map?: readonly string[];
  readonly envFile?: readonly string[];
  readonly only?: readonly string[];
  readonly inheritEnv: boolean;
  readonly override: boolean;
  readonly redact: boolean;
}

/** `kca run` */
export const run: Command<Context> = buildCommand<RunFlags, string[], Context>({
  func: action,
  parameters: {
    flags: {
      ...commonFlags,
      prefix: {
        kind: "parsed",
        parse: text,
        variadic: true,
        optional: true,
        placeholder: "prefix",
        brief: "Every secret that begins with it, without it, is a variable (repeatable)",
      },
      map: {
        kind: "parsed",
        parse: text,
        variadic: true,
        optional: true,
        placeholder: "NAME=target",
        brief: "One secret as one variable (repeatable)",
      },
      envFile: {
        kind: "parsed",
        parse: text,
        variadic: true,
        optional: true,
        placeholder: "file",
        brief: "Variables of a dotenv file, with kca://SERVICE/TARGET in their values (repeatable)",
      },
      only: {
        kind: "parsed",
        parse: text,
        variadic: ",",
        optional: true,
        placeholder: "A,B",
        brief: "Only these variables; all of them must exist",
      },
      inheritEnv: {
        kind: "boolean",
        default: true,
        brief: "Whether the program also gets the variables of this shell",
      },
      override: {
        kind: "boolean",
        default: true,
        brief: "Whether secrets win over variables of this shell",
      },
      redact: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "Mask values in output that goes to a pipe or a file; a terminal is left alone",
      },
    },
    positional: {
      kind: "array",
      minimum: 1,
      parameter: { brief: "Program and its arguments, after --", parse: text, placeholder: "cmd" },
    },
  },
  docs: {
    brief: "Run a program with its secrets as variables",
    customUsage: [
      "--service S --prefix P -- CMD ARGS…",
      "--service S --map NAME=target -- CMD ARGS…",
      "--env-file FILE -- CMD ARGS…",
    ],
    fullDescription: [
      "Reads an environment in one request, strips the prefix, and starts a program with it.",
      "Nothing is started when a secret is missing. The exit code is the program's own, or 128 + n",
      "when signal n ended it.",
      "",
      "--redact finds a value as it is, line by line, and as JSON, URLs, base64 and shells have it.",
      "It does not find other encodings, such as hexadecimal, nor a value that is cut or changed.",
      "",
      "EXAMPLES",
      "  kca run --service AgentSecrets --prefix proj_123:development: -- npm start",
      "  kca run --service AgentSecrets --map DATABASE_URL=proj_123:development:DATABASE_URL \\",
      "    --no-inherit-env -- ./server",
      "  echo 'DATABASE_URL=postgres://app:kca://AgentSecrets/db-password@localhost/app' > .env.kca",
      "  kca run --env-file .env.kca --redact -- ./server | tee server.log",
    ].join("\n"),
  },
});

/** Runs a program with its secrets and ends as it did. */
async function action(this: Context, flags: RunFlags, ...command: string[]): Promise<void> {
  const { host } = this;
  calmNode();
  if (command.length === 0) throw usageError("No program to run: give it after --");
  const plan = planFor({
    prefixes: flags.prefix ?? [],
    maps: flags.map ?? [],
    files: await readEnvFiles(this, flags.envFile ?? []),
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
  const { inheritEnv: inherit, override } = flags;
  checkVariables(variables);
  const wanted = { secrets: variables, inherit, override };
  const masked = flags.redact ? await maskable(this, flags, secrets) : [];
  this.process.exitCode = await start(host, command, wanted, masked);
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

async function readEnvFiles(
  context: Context,
  paths: readonly string[],
): Promise<Map<string, string>[]> {
  if (paths.length === 0) return [];
  const { readDotenv } = await import("../files.ts");
  return await Promise.all(paths.map((path) => readDotenv(context, path)));
}
