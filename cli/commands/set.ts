import { buildCommand, type Command } from "@stricli/core";
import type { SetFlags } from "../actions/set.ts";
import type { Context } from "../context.ts";
import { commonFlags, prefixFlag, text } from "../flags.ts";

/** `kca set` */
export const set: Command<Context> = buildCommand<SetFlags, [string?], Context>({
  loader: async () => (await import("../actions/set.ts")).set,
  parameters: {
    flags: {
      ...commonFlags,
      prefix: prefixFlag,
      value: {
        kind: "parsed",
        parse: text,
        optional: true,
        placeholder: "value",
        brief: "The value, which others can then see in `ps` and in your shell's history",
      },
      file: {
        kind: "parsed",
        parse: text,
        optional: true,
        placeholder: "file",
        brief: "Set everything in a dotenv file, or in a .json file with one object of strings",
      },
      allowEmpty: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "Accept an empty value from the prompt or stdin",
      },
    },
    positional: {
      kind: "tuple",
      parameters: [{
        brief: "Name of the secret",
        parse: text,
        optional: true,
        placeholder: "name",
      }],
    },
  },
  docs: {
    brief: "Store a value from a hidden prompt, stdin or a file",
    fullDescription: [
      "Asks for the value without showing it, or takes it from stdin less one trailing newline.",
      "Prints the names that were set, never values.",
      "",
      "EXAMPLES",
      "  kca set --service AgentSecrets proj_123:development:OPENAI_KEY",
      "  openssl rand -hex 32 | kca set --service AgentSecrets session-key",
      "  kca set --service AgentSecrets --prefix proj_123:development: --file .env",
    ].join("\n"),
  },
});
