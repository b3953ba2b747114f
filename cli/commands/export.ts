import { withService } from "../client.ts";
import { command } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { CommandError, EXIT } from "../exit_codes.ts";
import { type Format, FORMATS, formatVariables } from "../export/formats.ts";
import { type CommonFlags, commonFlags } from "../flags.ts";

/** The flags of `kca export`. */
interface ExportFlags extends CommonFlags {
  readonly prefix?: string;
  readonly format: Format;
}

/** `kca export` */
export const exportSecrets = command<ExportFlags>({
  flags: {
    ...commonFlags,
    prefix: {
      kind: "value",
      value: "PREFIX",
      about: "Only secrets that begin with it; it is left out of the names",
    },
    format: {
      kind: "value",
      value: "FORMAT",
      choices: FORMATS,
      required: true,
      about: "What to write",
    },
  },
  docs: {
    usage: ["--service SERVICE [--prefix PREFIX] --format FORMAT"],
    text: [
      "Prints secrets in a format that gives back every byte of their values. When a name or a " +
      "value cannot be written in the format, nothing is printed and it says which and why.",
    ],
    examples: [
      'eval "$(kca export --service AgentSecrets --prefix proj_123:development: --format shell)"',
      "docker run --env-file <(kca export --service AgentSecrets --prefix p: --format docker) image",
      "kca export --service AgentSecrets --prefix proj_123:development: --format json | jq keys",
    ],
  },
  action,
});

/** Prints an environment, whole or not at all. */
async function action(this: Context, flags: ExportFlags): Promise<void> {
  const { prefix = "", format } = flags;
  const secrets = await withService(flags, (service) => service.readPrefix(prefix));
  if (secrets.size === 0) {
    throw new CommandError(EXIT.missing, `No name begins with ${JSON.stringify(prefix)}`);
  }
  const variables = new Map(
    [...secrets].map(([name, secret]) => [name.slice(prefix.length), secret.reveal()]),
  );
  const parse = format === "env" ? (await import("dotenv")).default.parse : () => ({});
  const { text, obstacles } = formatVariables(variables, format, parse);
  if (obstacles.length > 0) {
    const lines = obstacles.map(({ name, reason }) => `  ${JSON.stringify(name)}: ${reason}`);
    throw new CommandError(
      EXIT.failed,
      `The format ${format} cannot carry ${obstacles.length} of ${variables.size}, so nothing was ` +
        `printed:\n${lines.join("\n")}\nUse --format json, or kca run`,
    );
  }
  this.print(text);
}
