import { buildCommand, type Command } from "@stricli/core";
import { type ExportFlags, FORMATS } from "../export/types.ts";
import type { Context } from "../context.ts";
import { commonFlags, text } from "../flags.ts";

/** `kca export` */
export const exportSecrets: Command<Context> = buildCommand<ExportFlags, [], Context>({
  loader: async () => (await import("../actions/export.ts")).exportSecrets,
  parameters: {
    flags: {
      ...commonFlags,
      prefix: {
        kind: "parsed",
        parse: text,
        optional: true,
        placeholder: "prefix",
        brief: "Only secrets that begin with it; it is left out of the names",
      },
      format: { kind: "enum", values: FORMATS, brief: "env (dotenv), json, shell or docker" },
    },
  },
  docs: {
    brief: "Print an environment for another program to read",
    fullDescription: [
      "Prints secrets in a format that gives back every byte of their values. When a name or a",
      "value cannot be written in the format, nothing is printed and it says which and why.",
      "",
      "EXAMPLES",
      '  eval "$(kca export --service AgentSecrets --prefix proj_123:development: --format shell)"',
      "  docker run --env-file <(kca export --service AgentSecrets --prefix p: --format docker) image",
      "  kca export --service AgentSecrets --prefix proj_123:development: --format json | jq keys",
    ].join("\n"),
  },
});
