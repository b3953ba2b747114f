import { command } from "../command_line/command.ts";
import { SCRIPTS, SHELLS } from "../completion/scripts.ts";
import type { Context } from "../context.ts";

/** `kca completion` */
export const completion = command<Record<never, never>>({
  flags: {},
  operands: {
    name: "SHELL",
    about: "the shell that the script is for",
    least: 1,
    most: 1,
    choices: SHELLS,
  },
  docs: {
    usage: ["bash|zsh|fish"],
    text: ["Prints a script that completes commands, flags and values."],
    examples: [
      "source <(kca completion bash)",
      "kca completion zsh > ~/.kca.zsh && echo 'source ~/.kca.zsh' >> ~/.zshrc",
      "kca completion fish > ~/.config/fish/completions/kca.fish",
    ],
  },
  action,
});

/** Prints a shell's script. */
function action(this: Context, _flags: unknown, shell: string): void {
  this.print(SCRIPTS[shell as typeof SHELLS[number]]);
}
