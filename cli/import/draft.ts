/**
 * Drafts the project file: a new one, or the existing one with additions. Writes nothing.
 *
 * @module
 */

import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { consentFor, recorded } from "../../project/file/allowed.ts";
import { exists } from "../../project/file/files.ts";
import { FILE_NAME } from "../../project/file/find_file.ts";
import { parseText } from "../../project/file/parse_file.ts";
import { type Needs, needsOf } from "../../project/resolve.ts";
import { PROFILE_PLACE, type Project } from "../../project/spec.ts";
import { validateSpec } from "../../project/validate_spec.ts";
import { InvalidRequestError } from "../../src/errors/request.ts";
import { env } from "../../src/runtime.ts";
import type { Context } from "../context.ts";
import { changedJson, type JsonChange, putFile } from "../edit_file.ts";
import { usageError } from "../exit_codes.ts";
import { foundText } from "../found_file.ts";
import { allow } from "../project/consent.ts";
import type { ProjectFlags } from "../project/flags.ts";
import { findProject, hasProject } from "../project/open.ts";

/** The flags that are used here. */
export interface DraftFlags extends ProjectFlags {
  readonly service?: string | undefined;
  readonly prefix?: string;
  readonly quiet: boolean;
  /** Whether a default may replace another. */
  readonly replace?: boolean;
}

/** A project file that is about to be written. */
export interface Draft {
  readonly path: string;
  /** Its current text; `undefined` when it does not exist. */
  readonly before: string | undefined;
  readonly text: string;
  readonly project: Project;
  /** All its secrets in the chosen profile. */
  readonly needs: Needs;
  /** Whether the user chose the prefix, by a flag or by an older file. */
  readonly chosenPrefix: boolean;
}

/** What a new project needs in addition to flags. */
interface NewProject {
  /** Its further profiles, after the first. */
  readonly profiles: readonly string[];
  /** Finds out its service when no flag gives it. */
  service(): Promise<string | undefined>;
}

/** The secrets to declare, each with its keys. */
export type Declared = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/**
 * @param wanted The secrets to declare.
 * @param fresh What a new project needs in addition to flags.
 * @throws {CommandError} When a flag contradicts the existing file, or the result would be invalid.
 */
export async function draftProject(
  context: Context,
  flags: DraftFlags,
  wanted: Declared,
  fresh: NewProject,
): Promise<Draft> {
  const isNew = flags.project === undefined ? !hasProject({}) : !exists(flags.project);
  if (!isNew) return await additions(context, flags, wanted);
  const service = flags.service ?? await fresh.service();
  return newProject({ ...flags, service }, wanted, fresh.profiles);
}

/** @returns The path of the project file: that of the flag, else in this folder. */
export function placeOf({ project }: Pick<ProjectFlags, "project">): string {
  const given = resolve(project ?? FILE_NAME);
  try {
    // With links resolved, as the file is found later.
    return join(realpathSync(dirname(given)), basename(given));
  } catch {
    throw usageError(`--project: there is no folder ${JSON.stringify(dirname(given))}`);
  }
}

/** Checks names here, where the error can say what to do about them. */
function checkNames(wanted: Declared): void {
  for (const [name, keys] of wanted) {
    try {
      validateSpec({ service: "any", secrets: Object.fromEntries([[name, keys]]) });
    } catch (error) {
      if (!(error instanceof InvalidRequestError)) throw error;
      throw usageError(
        `${JSON.stringify(name)} cannot be in a project: ${error.problem}. Remove it from what ` +
          "you import. If the program needs it, set it in the shell that starts the program",
      );
    }
  }
}

/** The path of the schema for editors, in projects that have installed the package. */
const SCHEMA = "./node_modules/@keychain-auth/client/project/kca.schema.json";
const FIRST_PROFILE = "development";

/** The same for a file that does not exist yet. */
export function newProject(flags: DraftFlags, wanted: Declared, more: readonly string[]): Draft {
  checkNames(wanted);
  const path = placeOf(flags);
  const service = flags.service ?? env("KEYCHAIN_AUTH_SERVICE");
  if (service === undefined) {
    throw usageError(
      "No service: give --service NAME, the service to store the secrets in",
    );
  }
  const prefix = flags.prefix ?? ownPrefix(path);
  const named = flags.profile ?? env("KCA_PROFILE");
  const profile = named ?? FIRST_PROFILE;
  if (named !== undefined && !prefix.includes(PROFILE_PLACE)) {
    throw usageError(
      `A project with profiles needs a prefix that contains ${PROFILE_PLACE}, such as --prefix '${
        ownPrefix(path)
      }'`,
    );
  }
  const profiles = prefix.includes(PROFILE_PLACE) ? [...new Set([profile, ...more])] : [];
  const spec = {
    $schema: SCHEMA,
    service,
    prefix,
    ...(profiles.length > 0 && { profile }),
    secrets: Object.fromEntries(wanted),
    ...(profiles.length > 0 && {
      profiles: Object.fromEntries(profiles.map((name) => [name, {}])),
    }),
  };
  const text = `${JSON.stringify(spec, null, 2)}\n`;
  // Reads the record of allowed projects now, so that its errors come before anything is written.
  recorded();
  return drafted({ path, before: undefined, text }, flags.prefix !== undefined, undefined);
}

/** @returns A prefix from the folder's name, so that projects do not share one by accident. */
export function ownPrefix(path: string): string {
  const folder = basename(resolve(path, "..")).toLowerCase().replace(/[^a-z0-9._-]+/g, "-");
  return `${folder.replace(/^-+|-+$/g, "") || "app"}:${PROFILE_PLACE}:`;
}

async function additions(context: Context, flags: DraftFlags, wanted: Declared): Promise<Draft> {
  const { path, project, profile } = (await findProject(context, flags))!;
  for (const key of ["service", "prefix"] as const) {
    if (flags[key] !== undefined && flags[key] !== project[key]) {
      throw usageError(`${JSON.stringify(path)} has another ${key}; leave out --${key}`);
    }
  }
  checkNames(wanted);
  const before = foundText(path) ?? "";
  const chosen = profile?.name ?? project.profile;
  const changes: JsonChange[] = [];
  for (const [name, keys] of wanted) {
    const declared = project.secrets.get(name);
    if (declared === undefined) {
      // All profiles need the secrets of the default profile; others may need more.
      const alone = chosen !== undefined && chosen !== project.profile &&
        keys.default === undefined;
      changes.push([["secrets", name], alone ? { optional: true } : keys]);
      if (alone) changes.push([["profiles", chosen, "secrets", name], { required: true }]);
    } else if (declared.default === undefined || flags.replace) {
      for (const [key, value] of Object.entries(keys)) {
        if (declared[key as "default"] !== value) changes.push([["secrets", name, key], value]);
      }
    }
  }
  const text = changes.length > 0 ? changedJson(before, changes) : before;
  return drafted({ path, before, text }, true, profile);
}

function drafted(
  file: Pick<Draft, "path" | "before" | "text">,
  chosenPrefix: boolean,
  profile: { name: string; from: string } | undefined,
): Draft {
  const project = parseText(file.text.replace(/^\uFEFF/, ""), file.path);
  return { ...file, project, needs: needsOf(project, { profile }), chosenPrefix };
}

/** Writes the file. A new file is the user's own, so it is allowed. */
export function writeDraft({ path, before, text, project }: Draft): void {
  if (text === before) return;
  putFile(path, before, text);
  if (before === undefined) allow(consentFor(path, project));
}
