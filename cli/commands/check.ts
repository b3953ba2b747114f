import { counted, jsonText } from "../terminal/printable.ts";
import { isMissing, profileStates, type SecretState } from "../project/check.ts";
import { asTyped } from "../command_line/as_typed.ts";
import { command } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { EXIT, usageError } from "../exit_codes.ts";
import { samePlace } from "../same_place.ts";
import { commonFlags } from "../flags.ts";
import type { CommonFlags } from "../flags.ts";
import { onlyFlag, projectFlags, sourceFlag, type SourceFlags } from "../project/flags.ts";
import { requireProject } from "../project/open.ts";
import { sourceOf } from "../project/values.ts";

/** The flags of `kca check`. */
export interface CheckFlags extends CommonFlags, SourceFlags {
  readonly allProfiles: boolean;
  readonly fill: boolean;
  readonly fileOnly: boolean;
}

/** `kca check` */
export const check = command<Omit<CheckFlags, "allowMissing">>({
  flags: {
    ...commonFlags,
    ...projectFlags,
    source: sourceFlag,
    only: onlyFlag,
    allProfiles: { kind: "switch", about: "Check every profile of the project" },
    fill: { kind: "switch", about: "Ask for missing values, or generate them, and store them" },
    fileOnly: { kind: "switch", about: "Check only kca.json; read no secret" },
    json: { ...commonFlags.json, about: "Print findings and errors as JSON" },
  },
  docs: {
    usage: ["[--profile NAME|--all-profiles] [--fill]", "--file-only"],
    text: [
      "Shows the secrets that kca.json declares: their names, whether they are set, and where each " +
      "value comes from. Never shows a value. The exit code is 1 when something is missing.",
      'For a secret with "generate": N, --fill stores N random bytes as base64url.',
    ],
    examples: [
      "kca check",
      "kca check --all-profiles",
      "kca check --fill",
      "kca check --file-only",
    ],
  },
  action,
});

/** Shows which secrets are set, and with --fill stores the missing ones. */
async function action(this: Context, flags: CheckFlags): Promise<void> {
  if (flags.fileOnly) return await checkFile(this, flags);
  if (flags.allProfiles && flags.profile !== undefined) {
    throw usageError("Give --profile or --all-profiles, not both");
  }
  if (flags.fill && sourceOf(flags).kind !== "daemon") {
    throw usageError("--fill stores values with the daemon: leave out --source and KCA_SOURCE");
  }
  let checked = await profileStates(this, flags);
  if (flags.fill) {
    const { fill } = await import("../project/fill.ts");
    if (await fill(this, flags, checked)) checked = await profileStates(this, flags);
  }
  const { path, profiles } = checked;
  const missing = profiles.flatMap(({ secrets }) => secrets.filter(isMissing));
  if (missing.length > 0) this.exitCode = EXIT.missing;
  if (flags.json) {
    const report = { ok: missing.length === 0, project: path, service: checked.service, profiles };
    return this.print(`${jsonText(report)}\n`);
  }
  const { tableOf } = await import("../project/check_table.ts");
  this.print(tableOf(profiles, this.width(1)));
  if (missing.length > 0) this.say(flags, whatToType(flags, missing));
}

function whatToType(flags: CheckFlags, missing: readonly SecretState[]): string {
  const names = [...new Set(missing.map(({ name }) => name))].join(", ");
  const { kind } = sourceOf(flags);
  if (kind !== "daemon") {
    const where = kind === "env" ? "in the environment" : "as files in the folder";
    return `Missing ${where}: ${names}`;
  }
  const all = flags.allProfiles ? " --all-profiles" : "";
  const same = samePlace(flags, "project", "profile", "service", "socket");
  const fill = asTyped(`kca check --fill${all}${same}`);
  return `Missing: ${names}\nTo enter the missing values, type: ${fill}`;
}

async function checkFile(context: Context, flags: CheckFlags): Promise<void> {
  const { path, project } = await requireProject(context, flags);
  const [profiles, secrets] = [[...project.profiles.keys()], [...project.secrets.keys()]];
  if (flags.json) {
    const report = { ok: true, project: path, service: project.service, profiles, secrets };
    return context.print(`${jsonText(report)}\n`);
  }
  const called = profiles.length === 1 ? "profile" : "profiles";
  const declared = profiles.length === 0 ? "no profiles" : `${called} ${profiles.join(", ")}`;
  context.print(`${path} is valid: ${counted(secrets.length, "secret")}, ${declared}\n`);
}
