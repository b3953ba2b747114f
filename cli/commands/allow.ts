import { jsonText } from "../terminal/printable.ts";
import { consentFor, recorded } from "../../project/file/allowed.ts";
import { command } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { CommandError, EXIT, usageError } from "../exit_codes.ts";
import { jsonFlag } from "../flags.ts";
import { projectFlags } from "../project/flags.ts";
import { requireProject } from "../project/open.ts";
import { allow as keep, describe, forget } from "../project/consent.ts";

/** The flags of `kca allow`. */
interface AllowFlags {
  readonly project?: string;
  readonly forget: boolean;
  readonly list: boolean;
  readonly quiet: boolean;
  readonly json: boolean;
}

/** `kca allow` */
export const allow = command<AllowFlags>({
  flags: {
    project: projectFlags.project,
    forget: { kind: "switch", about: "Withdraw the permission" },
    list: { kind: "switch", about: "Print the projects that are allowed" },
    quiet: { kind: "switch", about: "Print only errors to stderr" },
    json: jsonFlag,
  },
  docs: {
    usage: ["[--project FILE]", "[--project FILE] --forget", "--list"],
    text: [
      "Allows the project here to choose secrets. Its file may have come with a clone and could " +
      "ask for another project's secrets, so nothing is read before you allow it. The permission " +
      "covers the file's path, its service, its prefix, and the names outside the prefix. When one " +
      "of these changes, kca asks again.",
    ],
    examples: ["kca allow", "kca allow --project ../api/kca.json", "kca allow --list"],
  },
  action,
});

/** Records the permission, withdraws it, or lists the allowed projects. */
async function action(this: Context, flags: AllowFlags): Promise<void> {
  if (flags.list && flags.forget) throw usageError("Give --list or --forget, not both");
  if (flags.list) {
    const all = [...recorded().values()];
    if (flags.json) return this.print(`${jsonText(all)}\n`);
    if (all.length === 0) return this.say(flags, "No projects");
    return this.printNames(all.map(({ path }) => path));
  }
  const open = await requireProject(this, flags);
  const consent = consentFor(open.path, open.project);
  if (flags.forget) {
    if (!forget(open.path)) throw new CommandError(EXIT.failed, "The project was not allowed");
    return this.say(flags, `No longer allowed: ${open.path}`);
  }
  keep(consent);
  if (flags.json) return this.print(`${jsonText(consent)}\n`);
  this.say(flags, `Allowed: ${open.path}\n${describe(consent)}`);
}
