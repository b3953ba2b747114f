/**
 * Resolves the names of secrets in a project.
 *
 * @module
 */

import { needsOf } from "../../project/resolve.ts";
import { usageError } from "../exit_codes.ts";
import type { Context } from "../context.ts";
import type { ProjectFlags } from "./flags.ts";
import { findProject } from "./open.ts";

/** Typed names and the daemon's names. */
export interface Named {
  /** The project's service; `undefined` when no project is used. */
  readonly service: string | undefined;
  /** The secrets' whole names, by typed name. */
  readonly targets: ReadonlyMap<string, string>;
  /** The name of a secret in messages: as typed in a project, else its whole name. */
  shown(target: string): string;
}

/** The flags that are used here. */
interface Flags extends ProjectFlags {
  readonly service?: string;
  readonly prefix?: string;
}

/**
 * Names are those of a project if there is one and neither `--service` nor `--prefix` is given.
 *
 * @throws {CommandError} When the project does not declare a name.
 */
export async function namedSecrets(
  context: Context,
  flags: Flags,
  typed: readonly string[],
): Promise<Named> {
  const { prefix = "" } = flags;
  const declared = await declaredSecrets(context, flags);
  if (declared === undefined) {
    return {
      service: undefined,
      targets: new Map(typed.map((name) => [name, prefix + name])),
      shown: (target) => target,
    };
  }
  const { service, targets } = declared;
  const whole = new Set(targets.values());
  const named = new Map<string, string>();
  const typedAs = new Map<string, string>();
  for (const name of typed) {
    const target = targets.get(name) ?? (whole.has(name) ? name : undefined);
    if (target === undefined) {
      throw usageError(
        `The project declares no secret called ${JSON.stringify(name)}. Add it to ` +
          `${declared.path}, or name the service that has it: --service NAME`,
      );
    }
    named.set(name, target);
    typedAs.set(target, name);
  }
  return { service, targets: named, shown: (target) => typedAs.get(target) ?? target };
}

/** @returns All secrets of the project; `undefined` when no project is used. */
export async function declaredSecrets(
  context: Context,
  flags: Flags,
): Promise<{ path: string; service: string; targets: Map<string, string> } | undefined> {
  if (flags.service !== undefined || flags.prefix !== undefined) return undefined;
  const open = await findProject(context, flags);
  if (open === undefined) return undefined;
  const { project, path, profile } = open;
  const targets = needsOf(project, { profile }).secrets.map((
    { name, target },
  ): [string, string] => [
    name,
    target,
  ]);
  return { path, service: project.service, targets: new Map(targets) };
}
