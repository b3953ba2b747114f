import { buildCommand, type Command } from "@stricli/core";
import { run as action, type RunFlags } from "../actions/run.ts";
import type { Context } from "../context.ts";
import { commonFlags, text } from "../flags.ts";

/** `kca run` */
export const run: Command<Context> = buildCommand<RunFlags, string[], Context>({
  // Not loaded later, as the others are: a dynamic import takes Deno longer than the whole graph.
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
      "when signal n ended it. TERM, INT, HUP and QUIT are passed on.",
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
