import { buildCommand, type Command } from "@stricli/core";
import type { GetFlags } from "../actions/get.ts";
import type { Context } from "../context.ts";
import { commonFlags, jsonFlag, prefixFlag, text } from "../flags.ts";

/** `kca get` */
export const get: Command<Context> = buildCommand<GetFlags, string[], Context>({
  loader: async () => (await import("../actions/get.ts")).get,
  parameters: {
    flags: {
      ...commonFlags,
      prefix: prefixFlag,
      noNewline: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "Print no newline after the last value",
      },
      json: { ...jsonFlag, brief: "Print one object of names and values" },
      outFile: {
        kind: "parsed",
        parse: text,
        optional: true,
        placeholder: "file",
        brief: "Write to a file that only you may read (mode 0600)",
      },
    },
    aliases: { n: "noNewline" },
    positional: {
      kind: "array",
      minimum: 1,
      parameter: { brief: "Names of secrets", parse: text, placeholder: "name" },
    },
  },
  docs: {
    brief: "Print values",
    fullDescription: [
      "Prints the values of secrets, one a line. When one is missing, nothing is printed and the",
      "exit code is 1.",
      "",
      "EXAMPLES",
      "  kca get --service AgentSecrets proj_123:development:OPENAI_KEY",
      "  kca get --service AgentSecrets --prefix proj_123:development: DATABASE_URL OPENAI_KEY --json",
      "  kca get --service AgentSecrets tls-key -n --out-file key.pem",
    ].join("\n"),
  },
});
