import { buildCommand, type Command } from "@stricli/core";
import type { DeleteFlags } from "../actions/delete.ts";
import type { Context } from "../context.ts";
import { commonFlags, jsonFlag, text, yesFlag } from "../flags.ts";

/** `kca delete` */
export const remove: Command<Context> = buildCommand<DeleteFlags, string[], Context>({
  loader: async () => (await import("../actions/delete.ts")).remove,
  parameters: {
    flags: {
      ...commonFlags,
      prefix: {
        kind: "parsed",
        parse: text,
        optional: true,
        placeholder: "prefix",
        brief: "Delete every secret that begins with it",
      },
      yes: yesFlag,
      json: { ...jsonFlag, brief: "Print one object of deleted and missing names" },
    },
    aliases: { y: "yes" },
    positional: {
      kind: "array",
      parameter: { brief: "Names of secrets", parse: text, placeholder: "name" },
    },
  },
  docs: {
    brief: "Delete secrets",
    customUsage: ["--service S [-y] NAME…", "--service S [-y] --prefix P"],
    fullDescription: [
      "Asks first when it can; where it cannot, -y is needed. Prints the names that were deleted,",
      "and on stderr those that did not exist, which make the exit code 1.",
      "",
      "EXAMPLES",
      "  kca delete --service AgentSecrets proj_123:development:OLD_KEY",
      "  kca delete --service AgentSecrets --prefix proj_999: -y",
    ].join("\n"),
  },
});
