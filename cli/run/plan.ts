/**
 * Which secrets become which variables, before anything is read.
 *
 * @module
 */

import { usageError } from "../exit_codes.ts";
import { parseReference, parseTemplate, type Reference, type Template } from "./references.ts";

/** The flags of the command. */
export interface Wishes {
  readonly prefixes: readonly string[];
  /** `NAME=target` */
  readonly maps: readonly string[];
  /** Variables of dotenv files, the later ones last. */
  readonly files: readonly ReadonlyMap<string, string>[];
  readonly only: readonly string[] | undefined;
  /** The service of prefixes, and of targets without a service. */
  service(): string;
}

/** The secrets to read and the variables to set. */
export interface Plan {
  /** Prefixes to read, all of one service. */
  readonly prefixes: readonly string[];
  readonly service: string | undefined;
  /** Variables whose values are built from named secrets. */
  readonly templates: ReadonlyMap<string, Template>;
  /** The selected variables, which must all exist. */
  readonly only: ReadonlySet<string> | undefined;
}

/**
 * Maps override files, which override prefixes. With `only`, a prefix is read name by name, which
 * needs no permission to search.
 *
 * @throws {CommandError} When there is nothing to read, or a part is malformed.
 */
export function planFor(wishes: Wishes): Plan {
  const { prefixes, maps, files } = wishes;
  if (prefixes.length + maps.length + files.length === 0) {
    throw usageError("Nothing to read: give --prefix P, --map NAME=TARGET or --dotenv FILE");
  }
  const only = wishes.only && new Set(wishes.only);
  const templates = new Map<string, Template>();
  for (const file of files) {
    for (const [name, value] of file) templates.set(name, parseTemplate(value, valueOf(name)));
  }
  for (const map of maps) {
    const split = map.indexOf("=");
    const [name, target] = [map.slice(0, split), map.slice(split + 1)];
    if (split < 1 || target === "") throw usageError("--map expects NAME=TARGET");
    templates.set(name, [
      parseReference(target, valueOf(name)) ?? { service: wishes.service(), target },
    ]);
  }
  if (only) {
    for (const name of templates.keys()) if (!only.has(name)) templates.delete(name);
  }
  return {
    prefixes,
    service: prefixes.length > 0 ? wishes.service() : undefined,
    templates,
    only,
  };
}

function valueOf(name: string): string {
  return `The value of ${JSON.stringify(name)}`;
}

/** @returns The targets to read by name, by service. */
export function targetsOf(plan: Plan): Map<string, Set<string>> {
  const targets = new Map<string, Set<string>>();
  const add = ({ service, target }: Reference): void => {
    const set = targets.get(service) ?? new Set();
    targets.set(service, set.add(target));
  };
  for (const template of plan.templates.values()) {
    for (const part of template) if (typeof part !== "string") add(part);
  }
  if (plan.only && plan.service !== undefined) {
    for (const prefix of plan.prefixes) {
      for (const name of plan.only) {
        if (!plan.templates.has(name)) add({ service: plan.service, target: prefix + name });
      }
    }
  }
  return targets;
}
