import { buildCommand, type Command } from "@stricli/core";
import type { ListFlags } from "../actions/list.ts";
import type { Context } from "../context.ts";
import { commonFlags, jsonFlag, text } from "../flags.ts";

/** `kca list` */
export const list: Command<Context> = buildCommand<ListFlags, [string?], Context>({
  loader: async () => (await import("../actions/list.ts")).list,
  parameters: {
    flags: { ...commonFlags, json: { ...jsonFlag, brief: "Print one array of names" } },
    positional: {
      kind: "tuple",
      parameters: [{
        brief: "Only names that begin with it",
        parse: text,
        optional: true,
        placeholder: "prefix",
      }],
    },
  },
  docs: {
    brief: "Print names",
    fullDescription: [
      "Prints the sorted names of secrets, one a line. Needs the permission to search.",
      "",
      "EXAMPLES",
      "  kca list --service AgentSecrets proj_123:",
      "  kca list --service AgentSecrets --json",
    ].join("\n"),
  },
});
