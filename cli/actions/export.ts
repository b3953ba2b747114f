import { withService } from "../client.ts";
import type { Context } from "../context.ts";
import { CommandError, EXIT } from "../exit_codes.ts";
import { formatVariables } from "../export/formats.ts";
import type { ExportFlags } from "../export/types.ts";

/** Prints an environment, whole or not at all. */
export async function exportSecrets(this: Context, flags: ExportFlags): Promise<void> {
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
