import { shellFlag } from "../../src/errors/shell_word.ts";
import { jsonText } from "../terminal/printable.ts";
import { env } from "../../src/runtime.ts";
import { withClient } from "../client.ts";
import { asTyped } from "../command_line/as_typed.ts";
import { command } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { CommandError, EXIT, usageError } from "../exit_codes.ts";
import { samePlace } from "../same_place.ts";
import { type CommonFlags, commonFlags, prefixFlag } from "../flags.ts";
import { carryOut } from "../import/carry_out.ts";
import { dotenvSource } from "../import/dotenv_file.ts";
import { draftProject } from "../import/draft.ts";
import { checkFree } from "../import/free_prefix.ts";
import { Interrupt } from "../import/interrupt.ts";
import { checkStorable } from "../import/limits.ts";
import { keychainSource, OLD_KEYCHAINS, type OldKeychain } from "../import/old_keychains.ts";
import { planOf, targetsOf } from "../import/plan.ts";
import { reportOf, screenOf } from "../import/plan_screen.ts";
import { type Reader, READERS } from "../import/readers.ts";
import { checkReferences, writeReferences } from "../import/reference_file.ts";
import type { ImportSource } from "../import/source.ts";
import { type ProjectFlags, projectFlags } from "../project/flags.ts";

/** The flags of `kca import`. */
interface ImportFlags extends CommonFlags, ProjectFlags {
  readonly prefix?: string;
  readonly reader?: Reader;
  readonly plain?: readonly string[];
  readonly from?: OldKeychain;
  readonly map?: readonly string[];
  readonly references?: string;
  readonly replace: boolean;
  readonly keep: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

/** `kca import` */
export const importSecrets = command<ImportFlags>({
  destroys: true,
  flags: {
    ...commonFlags,
    ...projectFlags,
    prefix: { ...prefixFlag, about: "Prefix of the stored names, for a new kca.json" },
    reader: {
      kind: "value",
      value: "READER",
      choices: READERS,
      about:
        "Program that has read the file until now; decides where readers of dotenv files disagree",
    },
    plain: {
      kind: "value",
      value: "A,B",
      list: ",",
      about: "These are not secrets: they become defaults in kca.json, which is committed",
    },
    from: {
      kind: "value",
      value: "KEYCHAIN",
      choices: OLD_KEYCHAINS,
      about: "Import from this keychain instead of a file; deletes nothing there",
    },
    map: {
      kind: "value",
      value: "NAME=ACCOUNT",
      list: true,
      about: "With --from: the variable for an account of the keychain",
    },
    references: {
      kind: "value",
      value: "FILE",
      bare: ".env.kca",
      about: "Write kca:// references for kca run --dotenv to FILE. Default: .env.kca",
    },
    replace: {
      kind: "switch",
      about: "Overwrite stored values, and defaults in kca.json, that differ",
    },
    keep: { kind: "switch", about: "Do not delete the file" },
    dryRun: { kind: "switch", about: "Only show what would be done" },
    yes: { kind: "switch", letter: "y", about: "Do not ask for confirmation" },
    json: { ...commonFlags.json, about: "Print what was done, and errors, as JSON" },
  },
  operands: { name: "FILE", about: "a dotenv file, such as .env", least: 0, most: Infinity },
  docs: {
    usage: [
      "[--service SERVICE] [FILE]",
      "--from keytar SERVICE [--map NAME=ACCOUNT]",
      "--from bun-secrets SERVICE NAME…",
    ],
    text: [
      "Moves the values of a dotenv file (default: .env) into the keychain, and their names into " +
      "kca.json, which it creates if needed. It first shows what it will do, then stores every " +
      "value, reads every value back, and only then deletes the file.",
      "Keeps values that are already stored, unless you give --replace. Keeps the file when not all " +
      "of its values are stored.",
    ],
    examples: [
      "kca import",
      "kca import .env --service AgentSecrets --plain PORT,NODE_ENV",
      "kca import .env.production --profile production --keep",
      "kca import --dry-run",
    ],
  },
  action,
});

/** Imports everything, or reports what was stored. */
async function action(this: Context, flags: ImportFlags, ...operands: string[]): Promise<void> {
  const { yes, dryRun, quiet } = flags;
  const asks = !yes && !dryRun;
  const source = await sourceOf(this, flags, operands);
  if (asks && !this.canAsk) {
    throw usageError(
      "Cannot ask for confirmation without a terminal: give --yes, or --dry-run to see the plan",
    );
  }
  const plain = plainOf(flags, source);
  const wanted = [...source.variables].map(([name, value]) =>
    [name, plain.has(name) ? { default: value, public: true } : {}] as const
  );
  const draft = await draftProject(this, flags, new Map(wanted), {
    profiles: source.siblings.flatMap(({ profile }) => profile ?? []),
    service: async () =>
      env("KEYCHAIN_AUTH_SERVICE") ?? (asks ? await askService(this) : undefined),
  });
  const targets = targetsOf(source, draft, plain);
  const values = [...targets].map(([target, { value }]) => [target, value] as const);
  checkStorable(draft.project.service, new Map(values));
  checkReferences(flags.references);
  await withClient(flags, async (client) => {
    const service = client.service(draft.project.service);
    const stored = targets.size > 0 ? await service.read(targets.keys()) : new Map();
    const plan = planOf(source, draft, targets, stored, { plain, replace: flags.replace });
    if (!draft.chosenPrefix) {
      const own = plan.steps.filter(({ action }) => action === "same").map(({ target }) => target!);
      const advice =
        "Choose another prefix; or, if they belong to this project, confirm this one: " +
        shellFlag("prefix", draft.project.prefix);
      const others = { own: new Set(own), known: stored.keys(), advice };
      await checkFree(this, flags, service, draft.project, others);
    }
    this.say({ quiet: quiet && !asks }, screenOf(plan));
    if (!dryRun) {
      if (asks) await confirm(this);
      const more = (): void => writeReferences(flags.references, plan);
      await carryOut(this, flags, service, plan, new Interrupt(this.host), more);
    }
    if (flags.json) this.print(`${jsonText(reportOf(plan, dryRun))}\n`);
    const run = asTyped(`kca run${samePlace(flags, "project", "profile", "socket")} -- PROGRAM`);
    this.say(flags, dryRun ? "Nothing was done" : `Done. To run a program: ${run}`);
  });
}

async function sourceOf(
  context: Context,
  flags: ImportFlags,
  operands: readonly string[],
): Promise<ImportSource> {
  if (flags.from !== undefined) return await keychainSource(flags.from, operands, flags.map ?? []);
  if (flags.map) throw usageError("--map needs --from: a file already names its variables");
  if (operands.length > 1) throw usageError("Import one file at a time");
  const source = dotenvSource(context, operands[0] ?? ".env", flags);
  if (source.variables.size === 0) throw usageError(`${source.label} sets nothing`);
  return source;
}

function plainOf({ plain = [] }: ImportFlags, { variables, label }: ImportSource): Set<string> {
  for (const name of plain) {
    if (variables.has(name)) continue;
    throw usageError(`--plain: ${label} has no variable called ${JSON.stringify(name)}`);
  }
  return new Set(plain);
}

async function askService({ host }: Context): Promise<string> {
  const { askText } = await import("../terminal/questions.ts");
  return await askText(host, "Service of the daemon", "AgentSecrets");
}

async function confirm({ host }: Context): Promise<void> {
  const { askYes } = await import("../terminal/questions.ts");
  if (!await askYes(host, "Go on?")) throw new CommandError(EXIT.failed, "Nothing was done");
}
