import { jsonText } from "../terminal/printable.ts";
import { existsSync } from "node:fs";
import { basename, dirname } from "node:path";
import { shellWord } from "../../src/errors/shell_word.ts";
import { env } from "../../src/runtime.ts";
import { withClient } from "../client.ts";
import { asTyped } from "../command_line/as_typed.ts";
import { command } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { parseDotenv } from "../dotenv.ts";
import { putFile } from "../edit_file.ts";
import { usageError } from "../exit_codes.ts";
import { samePlace } from "../same_place.ts";
import { readText } from "../files.ts";
import { type CommonFlags, commonFlags, prefixFlag } from "../flags.ts";
import { newProject, ownPrefix, placeOf, writeDraft } from "../import/draft.ts";
import { checkFree } from "../import/free_prefix.ts";
import { changedScripts } from "../init/scripts.ts";
import { projectFlags } from "../project/flags.ts";

/** The flags of `kca init`. */
interface InitFlags extends CommonFlags {
  readonly prefix?: string;
  readonly profile?: readonly string[];
  readonly names?: readonly string[];
  readonly scripts?: readonly string[];
  readonly project?: string;
}

/** `kca init` */
export const init = command<InitFlags>({
  flags: {
    ...commonFlags,
    prefix: {
      ...prefixFlag,
      about: "Prefix of its secrets' names; {profile} stands for the profile",
    },
    profile: {
      kind: "value",
      value: "A,B",
      list: ",",
      about: "Its profiles; the first is the default",
    },
    names: { kind: "value", value: "A,B", list: ",", about: "The variables that it needs" },
    scripts: {
      kind: "value",
      value: "A,B",
      list: ",",
      about: "Put kca run before these scripts of package.json or tasks of deno.json",
    },
    project: {
      ...projectFlags.project,
      about: "Where to write it. Default: kca.json in this folder",
    },
    json: {
      ...commonFlags.json,
      about: "Print what was written, and errors, as JSON",
    },
  },
  operands: {
    name: "FILE",
    about: "a dotenv file whose variable names it needs",
    least: 0,
    most: 1,
  },
  docs: {
    usage: ["[--service SERVICE] [--names A,B] [--scripts A,B]", "[--service SERVICE] FILE"],
    text: [
      "Creates kca.json, which declares the secrets of a project. Commit it. At a terminal, asks " +
      "for what no flag says. Takes over the names of FILE and leaves its values where they are; " +
      "kca import moves them.",
      "Refuses a prefix that stored names already have: they may belong to another project.",
    ],
    examples: [
      "kca init",
      "kca init .env --service AgentSecrets",
      "kca init --service AgentSecrets --prefix 'proj_123:{profile}:' --names DATABASE_URL,API_KEY",
      "kca init --service AgentSecrets --scripts start,dev",
    ],
  },
  action,
});

/** Writes the project file, allows it, and with --scripts changes scripts. */
async function action(this: Context, flags: InitFlags, file?: string): Promise<void> {
  const { project, quiet } = flags;
  const path = placeOf(flags);
  if (existsSync(path)) {
    const command = `kca check${samePlace(flags, "project", "socket")}`;
    throw usageError(`${JSON.stringify(path)} already exists. Type: ${command}`, command);
  }
  const fromFile = file === undefined ? [] : namesOf(this, file);
  const { names, profiles: [profile, ...profiles], ...rest } = await answers(this, flags, {
    path,
    names: file === undefined ? flags.names : [...fromFile, ...flags.names ?? []],
  });
  const wanted = new Map(names.map((name) => [name, {}]));
  const draft = newProject(
    { quiet, ...(project !== undefined && { project }), ...rest, ...(profile && { profile }) },
    wanted,
    profiles,
  );
  const scripts = changedScripts(dirname(path), flags.scripts ?? []);
  await withClient(flags, async (client) => {
    await checkFree(this, flags, client.service(draft.project.service), draft.project);
  });
  writeDraft(draft);
  for (const { path, before, text } of scripts) putFile(path, before, text);
  const written = [path, ...scripts.map(({ path }) => path)];
  if (flags.json) this.print(`${jsonText({ written, secrets: names })}\n`);
  this.say(flags, `Wrote ${written.map((path) => basename(path)).join(", ")}. Next, type:`);
  const same = samePlace(flags, "project", "socket");
  const fill = file === undefined ? "kca check --fill" : `kca import ${shellWord(file)}`;
  this.say(flags, `  ${asTyped(fill + same)}\n  ${asTyped(`kca run${same} -- PROGRAM`)}`);
}

function namesOf(context: Context, file: string): string[] {
  return [...parseDotenv(readText(context, file), JSON.stringify(file)).keys()];
}

interface Answers {
  readonly service?: string;
  readonly prefix?: string;
  readonly profiles: readonly string[];
  readonly names: readonly string[];
}

/** The values of the flags; at a terminal, asks for those that are missing. */
async function answers(
  context: Context,
  { service, prefix, profile, quiet }: InitFlags,
  { path, names }: { readonly path: string; readonly names: readonly string[] | undefined },
): Promise<Answers> {
  const { host } = context;
  const asks = !quiet && context.canAsk;
  const { askText } = await import("../terminal/questions.ts");
  const ask = async (question: string, offered: string): Promise<string | undefined> =>
    asks ? await askText(host, question, offered) : undefined;
  const chosenService = service ??
    await ask("Service of the daemon", env("KEYCHAIN_AUTH_SERVICE") ?? "AgentSecrets");
  const chosenPrefix = prefix ?? await ask("Names of its secrets begin with", ownPrefix(path));
  const profiles = profile ??
    (chosenPrefix?.includes("{profile}") ? listed(await ask("Profiles", "development")) : []);
  const chosenNames = names ?? listed(await ask("Variables that it needs, such as API_KEY,DB", ""));
  return {
    ...(chosenService !== undefined && { service: chosenService }),
    ...(chosenPrefix !== undefined && { prefix: chosenPrefix }),
    profiles,
    names: [...new Set(chosenNames)],
  };
}

function listed(text = ""): string[] {
  return text.split(/[\s,]+/).filter((name) => name !== "");
}
