import { command } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { asTyped } from "../command_line/as_typed.ts";
import { CommandError, EXIT, usageError } from "../exit_codes.ts";
import { samePlace } from "../same_place.ts";
import { type CommonFlags, commonFlags } from "../flags.ts";
import { projectFlags, sourceFlag, type SourceFlags } from "../project/flags.ts";
import { type OpenProject, openProject, requireProject } from "../project/open.ts";
import { allNeeds, foundValues, sourceOf, storedValues } from "../project/values.ts";
import { needlesOf } from "../scan/needles.ts";
import { jsonOfFindings, leftOut, summaryOf, textOfFindings, unreadOf } from "../scan/report.ts";
import { Scan } from "../scan/scan.ts";
import { Search } from "../scan/search.ts";
import { type Sought, soughtOf } from "../scan/sought.ts";

/** The flags of `kca scan`. */
export interface ScanFlags
  extends CommonFlags, Omit<SourceFlags, "only" | "allowMissing" | "profile"> {
  readonly staged: boolean;
  readonly history?: number;
  readonly installHook: boolean;
}

/** `kca scan` */
export const scan = command<ScanFlags>({
  flags: {
    ...commonFlags,
    project: projectFlags.project,
    verbose: projectFlags.verbose,
    source: sourceFlag,
    staged: { kind: "switch", about: "Scan the files staged for the next commit" },
    history: {
      kind: "value",
      value: "N",
      about: "Scan the files that the last N commits changed, and their messages",
      parse: parseCount,
    },
    installHook: {
      kind: "switch",
      about: "Make git, husky or lefthook scan before each commit",
    },
    json: { ...commonFlags.json, about: "Print findings and errors as JSON" },
  },
  operands: {
    name: "PATH",
    about: "a file or a folder. Default: this folder",
    least: 0,
    most: Infinity,
  },
  docs: {
    usage: ["[PATH…]", "--staged", "--history N", "--install-hook"],
    text: [
      "Searches files for the stored values of all profiles of the project, also in the forms of " +
      "base64, URLs, JSON and shells. Prints file, line and the secret's name, never the value. The " +
      "exit code is 1 when it finds a value.",
      "Skips files that git ignores, unless you name them. Does not search for values of fewer " +
      "than eight characters, which it lists, nor for defaults and public values.",
    ],
    examples: [
      "kca scan",
      "kca scan dist/ .env",
      "kca scan --history 100",
      "kca scan --install-hook",
    ],
  },
  action,
});

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new RangeError("give a number of commits, such as 100");
  return Number(text);
}

/** Scans, and reports the findings. */
async function action(this: Context, flags: ScanFlags, ...paths: string[]): Promise<void> {
  checkWhat(flags, paths);
  if (flags.installHook) {
    const { installHook } = await import("../scan/hook.ts");
    const open = await openProject(this, flags);
    return this.say(flags, installHook(open.path));
  }
  const sought = await readSought(this, flags);
  if (sought.values.length === 0) throw nothingScanned(whyNothing(flags, sought));
  const search = new Search(sought.values.flatMap(({ value }, index) => needlesOf(value, index)));
  const scan = new Scan(search);
  if (flags.staged) await scan.staged();
  else if (flags.history !== undefined) await scan.history(flags.history);
  else scan.paths(paths.length > 0 ? paths : ["."]);
  scan.names();
  if (scan.files === 0 && scan.unread.length === 0) throw nothingScanned(whereNothing(flags));
  if (scan.unread.length > 0) this.exitCode = EXIT.failed;
  if (scan.findings.length > 0) this.exitCode = EXIT.found;
  if (flags.json) return this.print(jsonOfFindings(scan, sought));
  this.print(textOfFindings(scan, sought));
  // An error, so --quiet does not hide it.
  for (const line of unreadOf(scan, sought)) this.say({}, line);
  for (const line of [...leftOut(sought), summaryOf(scan, sought)]) this.say(flags, line);
}

function checkWhat(flags: ScanFlags, paths: readonly string[]): void {
  const kinds = [
    flags.staged && "--staged",
    flags.history !== undefined && "--history",
    flags.installHook && "--install-hook",
    paths.length > 0 && "paths",
  ].filter(Boolean);
  if (kinds.length > 1) throw usageError(`Give one of these, not both: ${kinds.join(", ")}`);
}

async function readSought(context: Context, flags: ScanFlags): Promise<Sought> {
  if (sourceOf(flags).kind !== "daemon") {
    const open = await requireProject(context, flags);
    const all = allNeeds(open);
    const values = await foundValues(context, flags, all[0]!);
    return soughtOf(all, ({ name }) => {
      const found = values.get(name);
      return found?.origin === "default" ? undefined : found?.value;
    });
  }
  const all = allNeeds(withService(await openProject(context, flags), flags));
  const stored = await storedValues(flags, all);
  return soughtOf(all, ({ target }) => stored.get(target)?.value);
}

function withService(
  open: OpenProject,
  { service = open.project.service }: ScanFlags,
): OpenProject {
  return { ...open, project: { ...open.project, service } };
}

function nothingScanned(why: string): CommandError {
  return new CommandError(EXIT.failed, `Nothing was scanned: ${why}`);
}

function whyNothing(flags: ScanFlags, { short }: Sought): string {
  return short.length === 0
    ? "the project has no stored value. To see what it needs, type: " +
      asTyped(`kca check${samePlace(flags, "project", "service", "source", "socket")}`)
    : "all stored values of the project have fewer than eight characters";
}

function whereNothing({ staged, history }: ScanFlags): string {
  if (staged) return "nothing is staged for a commit. To stage changes, type: git add FILE";
  return history === undefined ? "there is no file" : "there is no commit";
}
