/**
 * The project of a command: found, checked, and allowed by the user.
 *
 * @module
 */

import { consentFor, isAllowed } from "../../project/file/allowed.ts";
import { findFile, namedFile, readProjectFile } from "../../project/file/find_file.ts";
import { mayRead } from "../../project/file/files.ts";
import { parseText, ProjectFileError, textOf } from "../../project/file/parse_file.ts";
import type { Choice } from "../../project/resolve.ts";
import type { Project } from "../../project/spec.ts";
import { env } from "../../src/runtime.ts";
import type { Context } from "../context.ts";
import { usageError } from "../exit_codes.ts";
import type { ProjectFlags } from "./flags.ts";

/** The flags that are used here. */
type Flags = ProjectFlags & { readonly quiet?: boolean };

/** A project and its file. */
export interface OpenProject {
  /** Its file, links resolved. */
  readonly path: string;
  readonly project: Project;
  /** The profile that the user chose, if any. */
  readonly profile: Choice["profile"];
}

/**
 * Finds the project. If it is not allowed, asks at a terminal.
 *
 * @throws {CommandError} When there is none, or it is not allowed.
 */
export async function openProject(context: Context, flags: Flags): Promise<OpenProject> {
  const open = await requireProject(context, flags);
  await checkAllowed(context, flags, open);
  return open;
}

/** The same without the permission, for commands that read no secret. */
export async function requireProject(context: Context, flags: Flags): Promise<OpenProject> {
  const open = await readProject(context, flags);
  if (open !== undefined) return open;
  if (!mayRead(".")) {
    throw usageError(
      "Cannot look for kca.json: Deno has no permission to read here. Run it again with --allow-read",
    );
  }
  throw usageError(
    "No kca.json in this folder or above it in this repository. Type: kca init",
    "kca init",
  );
}

/** The allowed project; `undefined` when there is none. */
export async function findProject(
  context: Context,
  flags: Flags,
): Promise<OpenProject | undefined> {
  const open = await readProject(context, flags);
  if (open !== undefined) await checkAllowed(context, flags, open);
  return open;
}

/** The same without the permission; `undefined` when there is none. */
export async function readProject(
  context: Context,
  flags: Flags,
): Promise<OpenProject | undefined> {
  const path = pathOf(flags);
  if (path === undefined) {
    if (flags.profile === undefined) return undefined;
    throw usageError(
      "--profile needs a project, and there is no kca.json in this folder or above it",
    );
  }
  const project = await parse(readProjectFile(path), path);
  if (flags.verbose) context.say({}, `Project ${path}`);
  return { path, project, profile: profileOf(flags) };
}

/** @returns Whether there is a project, allowed or not. */
export function hasProject(flags: ProjectFlags): boolean {
  return pathOf(flags) !== undefined;
}

function pathOf({ project }: ProjectFlags): string | undefined {
  if (project !== undefined) return namedFile(project, "--project");
  const named = env("KCA_PROJECT");
  return named === undefined ? findFile() : namedFile(named, "KCA_PROJECT");
}

function profileOf({ profile }: ProjectFlags): Choice["profile"] {
  if (profile !== undefined) return { name: profile, from: "--profile" };
  const name = env("KCA_PROFILE");
  return name === undefined ? undefined : { name, from: "KCA_PROFILE" };
}

async function parse(bytes: Uint8Array, path: string): Promise<Project> {
  const text = textOf(bytes, path);
  try {
    return parseText(text, path);
  } catch (error) {
    if (!(error instanceof ProjectFileError)) throw error;
    throw (await import("./locate.ts")).located(text, error);
  }
}

async function checkAllowed(
  context: Context,
  flags: Flags,
  { path, project }: OpenProject,
): Promise<void> {
  const consent = consentFor(path, project);
  if (isAllowed(consent)) return;
  await (await import("./consent.ts")).askConsent(context, flags, consent);
}
