import { buildChoiceParser, buildCommand, type Command } from "@stricli/core";
import type { Context } from "../context.ts";

/** The shells that there are scripts for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** `kca completion` */
export const completion: Command<Context> = buildCommand<Record<never, never>, [string], Context>({
  loader: async () => (await import("../complete.ts")).completion,
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{
        brief: SHELLS.join(", "),
        parse: buildChoiceParser(SHELLS),
        placeholder: "shell",
      }],
    },
  },
  docs: {
    brief: "Print a shell's completion script",
    fullDescription: [
      "Prints a script that completes commands and flags.",
      "",
      "EXAMPLES",
      "  source <(kca completion bash)",
      "  kca completion zsh > ~/.kca-completion.zsh && echo 'source ~/.kca-completion.zsh' >> ~/.zshrc",
      "  kca completion fish > ~/.config/fish/completions/kca.fish",
    ].join("\n"),
  },
});
