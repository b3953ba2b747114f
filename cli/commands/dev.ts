import { buildCommand, type Command } from "@stricli/core";
import type { DevFlags } from "../actions/dev.ts";
import type { Context } from "../context.ts";
import { connectionFlags, serviceFlag, text } from "../flags.ts";

const file = { kind: "parsed", parse: text, optional: true, placeholder: "file" } as const;

/** `kca dev` */
export const dev: Command<Context> = buildCommand<DevFlags, [], Context>({
  loader: async () => (await import("../actions/dev.ts")).dev,
  parameters: {
    flags: {
      service: { ...serviceFlag, brief: "Service of the secrets in a dotenv file" },
      socket: { ...connectionFlags.socket, brief: "Where to listen; else a private folder" },
      quiet: connectionFlags.quiet,
      seed: {
        ...file,
        brief: "Secrets to start with: a .json file {service: {name: value}}, or a dotenv file",
      },
      policy: { ...file, brief: "What callers may do, as JSON with the daemon's own keys" },
      unregistered: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "Answer as to an executable that nobody has approved",
      },
    },
  },
  docs: {
    brief: "Run a daemon for trials, with secrets in memory",
    fullDescription: [
      "Runs the embedded daemon until Ctrl-C and prints the line that names it. It checks no",
      "identity: use it for tests and trials only.",
      "",
      "EXAMPLES",
      '  echo \'{"AgentSecrets":{"proj_123:development:OPENAI_KEY":"sk-proj-dev123"}}\' > seed.json',
      "  kca dev --seed seed.json",
    ].join("\n"),
  },
});
