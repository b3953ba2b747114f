import { withService } from "../client.ts";
import { command } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { CommandError, EXIT, usageError } from "../exit_codes.ts";
import { type Format, FORMATS, formatVariables } from "../export/formats.ts";
import { allowNameFlag, type CommonFlags, commonFlags, outFileFlag } from "../flags.ts";
import {
  allowMissingFlag,
  onlyFlag,
  projectFlags,
  sourceFlag,
  type SourceFlags,
} from "../project/flags.ts";
import { oddNames, refusePower } from "../variable_names.ts";
import { listed, noneUnder } from "../terminal/printable.ts";

/** The flags of `kca export`. */
interface ExportFlags extends CommonFlags, SourceFlags {
  readonly prefix?: string;
  readonly format?: Format;
  readonly outFile?: string;
  readonly allowName?: readonly string[];
}

/** `kca export` */
export const exportSecrets = command<ExportFlags>({
  flags: {
    ...commonFlags,
    ...projectFlags,
    source: sourceFlag,
    allowMissing: allowMissingFlag,
    only: onlyFlag,
    prefix: {
      kind: "value",
      value: "PREFIX",
      about: "Only secrets whose names begin with PREFIX, printed without it",
    },
    format: {
      kind: "value",
      value: "FORMAT",
      choices: FORMATS,
      about: "Output format; required",
    },
    outFile: outFileFlag,
    allowName: allowNameFlag,
    json: {
      ...commonFlags.json,
      about: "Print errors as JSON; without --format, print the secrets as JSON",
    },
  },
  docs: {
    usage: ["--format FORMAT", "--service SERVICE [--prefix PREFIX] --format FORMAT"],
    text: [
      "Prints secrets in a format that gives back every byte of their values: env for dotenv " +
      "files, shell for eval, docker for --env-file, direnv for an .envrc, systemd for " +
      "EnvironmentFile=, github-actions for the later steps of a job: it masks the values first, " +
      "and appends to the file that GITHUB_ENV names.",
      "When the format cannot carry a name or a value, kca prints nothing and says which and " +
      "why.",
    ],
    examples: [
      'eval "$(kca export --service AgentSecrets --prefix p: --format shell)"',
      "docker run --env-file <(kca export --service app --prefix p: --format docker) image",
      "kca export --service AgentSecrets --prefix p: --format systemd --out-file /run/app/env",
      "kca export --service AgentSecrets --prefix p: --format github-actions",
    ],
  },
  action,
});

/** Prints an environment, completely or not at all. */
async function action(this: Context, flags: ExportFlags): Promise<void> {
  const { prefix = "" } = flags;
  const format = flags.format ?? (flags.json ? "json" : undefined);
  if (format === undefined) {
    throw usageError(`--format is missing: --format ${FORMATS.join("|")}`, "kca export --help");
  }
  const variables = await ofProject(this, flags) ?? await ofService(this, flags, prefix);
  if (format !== "json") {
    refusePower(variables.keys(), flags.allowName ?? [], "Nothing was printed");
  }
  const parse = format === "env" ? (await import("dotenv")).default.parse : () => ({});
  const { text, obstacles } = formatVariables(variables, format, parse);
  if (obstacles.length > 0) {
    const lines = obstacles.map(({ name, reason }) => `  ${JSON.stringify(name)}: ${reason}`);
    const odd = oddNames([prefix], obstacles.map(({ name }) => name));
    throw new CommandError(
      EXIT.failed,
      `The format ${format} cannot carry ${obstacles.length} of ${variables.size}, so nothing was ` +
        `printed:\n${lines.join("\n")}\n${odd ? `${odd.message}\n` : ""}` +
        "Use --format json, or kca run",
    );
  }
  if (format !== "github-actions") return await this.deliver(flags, text, variables.size);
  const { handToGitHub, masksOf } = await import("../export/github.ts");
  const masks = masksOf(variables.values());
  if (flags.outFile === undefined) return handToGitHub(this, masks, text);
  this.print(masks);
  await this.deliver(flags, text, variables.size);
}

/** The variables of the project; `undefined` when no project is used. */
async function ofProject(
  context: Context,
  flags: ExportFlags,
): Promise<Map<string, string> | undefined> {
  if (flags.service !== undefined || flags.prefix !== undefined) return undefined;
  const [{ projectValues }, { hasProject }] = await Promise.all([
    import("../project/values.ts"),
    import("../project/open.ts"),
  ]);
  if (!hasProject(flags)) return undefined;
  const { values } = await projectValues(context, flags);
  return new Map([...values].map(([name, { value }]) => [name, value]));
}

async function ofService(
  context: Context,
  flags: ExportFlags,
  prefix: string,
): Promise<Map<string, string>> {
  const secrets = await withService(context, flags, async (service) => {
    const found = await service.readPrefix(prefix);
    if (found.size === 0) throw new CommandError(EXIT.missing, noneUnder(service.name, prefix));
    return found;
  });
  const all = [...secrets].map(([name, secret]): [string, string] => [
    name.slice(prefix.length),
    secret.reveal(),
  ]);
  const { only } = flags;
  const missing = only?.filter((name) => !all.some(([known]) => known === name)) ?? [];
  if (missing.length > 0) {
    throw new CommandError(EXIT.missing, `Missing: ${listed(missing)}`);
  }
  return new Map(all.filter(([name]) => only === undefined || only.includes(name)));
}
