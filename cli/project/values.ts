/**
 * The values of a project for one command.
 *
 * @module
 */

import { checkComplete, withoutDaemon } from "../../project/missing.ts";
import { readValues, storedOf } from "../../project/read_values.ts";
import {
  type Choice,
  type FoundValue,
  type Need,
  type Needs,
  needsOf,
} from "../../project/resolve.ts";
import { parseSource, type Source } from "../../project/source.ts";
import type { KeychainClient } from "../../src/client/client.ts";
import { InvalidRequestError } from "../../src/errors/request.ts";
import { env } from "../../src/runtime.ts";
import { withClient } from "../client.ts";
import type { Context } from "../context.ts";
import { samePlace } from "../same_place.ts";
import type { CommonFlags } from "../flags.ts";
import { shellEnvironment } from "../host/shell_environment.ts";
import { ALL, names, type SourceFlags } from "./flags.ts";
import { type OpenProject, openProject, requireProject } from "./open.ts";

/** A project with its values. */
export interface FoundProject {
  readonly open: OpenProject;
  readonly needs: Needs;
  /** By variable. */
  readonly values: ReadonlyMap<string, FoundValue>;
}

/** How a command reads. */
export interface ReadOptions {
  /** Variables of the shell that override stored secrets. */
  readonly noOverride?: readonly string[] | undefined;
  /** A connection that was opened early. */
  readonly early?: Promise<KeychainClient> | undefined;
  /** Called while the daemon looks at this process. */
  readonly meanwhile?: () => void;
}

/**
 * Opens the project and reads its secrets in one request.
 *
 * @throws {MissingSecretsError} Naming all missing secrets.
 */
export async function projectValues(
  context: Context,
  flags: CommonFlags & SourceFlags,
  options: ReadOptions = {},
): Promise<FoundProject> {
  const { open, needs } = await projectNeeds(context, flags);
  const { allowMissing } = flags;
  checkNamed(needs, options.noOverride, "--no-override");
  checkNamed(needs, allowMissing, "--allow-missing");
  const source = sourceOf(flags);
  const values = await foundValues(context, flags, needs, options);
  const missing = needs.secrets.filter(({ name, required }) => required && !values.has(name));
  checkComplete(
    { ...needs, secrets: missing.filter(({ name }) => !names(allowMissing, name)) },
    values,
    source,
    samePlace(flags, "socket"),
  );
  if (missing.length > 0) {
    context.say(flags, `Missing, and left out: ${missing.map(({ name }) => name).join(", ")}`);
  }
  return { open, needs, values };
}

/** @returns The source of the values. */
export function sourceOf({ source }: Pick<SourceFlags, "source">): Source {
  return source === undefined
    ? parseSource(env("KCA_SOURCE"), "KCA_SOURCE")
    : parseSource(source, "--source");
}

/**
 * Opens the project and selects the needed secrets. Only reading stored secrets needs the
 * permission.
 */
export async function projectNeeds(
  context: Context,
  flags: SourceFlags,
): Promise<{ readonly open: OpenProject; readonly needs: Needs }> {
  const { kind } = sourceOf(flags);
  const open = await (kind === "daemon" ? openProject : requireProject)(context, flags);
  const { project, profile } = open;
  const needs = needsOf(
    flags.service === undefined ? project : { ...project, service: flags.service },
    { profile, only: flags.only },
  );
  return { open, needs };
}

/** Reads the values that exist, complete or not. */
export async function foundValues(
  context: Context,
  flags: CommonFlags & SourceFlags,
  needs: Needs,
  options: ReadOptions = {},
): Promise<Map<string, FoundValue>> {
  return await readValues(needs, {
    source: sourceOf(flags),
    environment: (need) => inShell(context, need),
    prefersEnvironment: ({ name }) => names(options.noOverride, name),
    read: () => storedValues(flags, [needs], options),
  });
}

/**
 * Reads stored secrets in one request.
 *
 * @param all The needs of one project's profiles; each profile has its own names.
 * @returns The values by the secrets' whole names.
 */
export async function storedValues(
  flags: CommonFlags,
  all: readonly Needs[],
  { early, meanwhile }: ReadOptions = {},
): Promise<Map<string, FoundValue>> {
  const secrets = all.flatMap(({ secrets }) => secrets);
  const targets = [...new Set(secrets.map(({ target }) => target))];
  // The daemon refuses a request without targets.
  if (targets.length === 0) return new Map();
  try {
    return await withClient(flags, async (client) => {
      const reading = client.service(all[0]!.project.service).read(targets);
      if (meanwhile) queueMicrotask(meanwhile);
      return storedOf(await reading);
    }, early);
  } catch (error) {
    throw withoutDaemon(error, secrets);
  }
}

/** @returns What each profile of a project needs. */
export function allNeeds({ project }: OpenProject, choice: Choice = {}): Needs[] {
  const profiles = [...project.profiles.keys()];
  if (profiles.length === 0) return [needsOf(project, choice)];
  return profiles.map((name) =>
    needsOf(project, { ...choice, profile: { name, from: "profile" } })
  );
}

/** An empty variable counts as unset. */
export function inShell({ host }: Context, { name }: Need): FoundValue | undefined {
  const value = shellEnvironment(host).get(name);
  return value ? { value, origin: "environment" } : undefined;
}

function checkNamed(
  { project }: Needs,
  given: readonly string[] | undefined,
  flag: string,
): void {
  for (const name of given ?? []) {
    if (name === ALL || project.secrets.has(name)) continue;
    throw new InvalidRequestError(
      flag,
      `the project declares no secret called ${JSON.stringify(name)}`,
    );
  }
}
