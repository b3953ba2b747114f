/**
 * Finds out which secrets of a project are set, profile by profile, and where each value comes
 * from.
 *
 * @module
 */

import { readValues } from "../../project/read_values.ts";
import type { FoundValue, Need, Needs, Origin } from "../../project/resolve.ts";
import type { Context } from "../context.ts";
import type { CommonFlags } from "../flags.ts";
import type { SourceFlags } from "./flags.ts";
import { allNeeds, inShell, projectNeeds, sourceOf, storedValues } from "./values.ts";

/** One secret in one profile. Has no value. */
export interface SecretState {
  readonly name: string;
  readonly target: string;
  readonly set: boolean;
  readonly required: boolean;
  /** Where the value comes from, when it is set. */
  readonly from: Origin | undefined;
  readonly description: string | undefined;
  /** How many random bytes a generated value has. */
  readonly generate: number | undefined;
}

/** A profile, or the project when it has none. */
export interface ProfileState {
  readonly profile: string | undefined;
  readonly secrets: readonly SecretState[];
}

/** A checked project. */
export interface Checked {
  readonly path: string;
  readonly service: string;
  readonly profiles: readonly ProfileState[];
}

/** The flags that are used here. */
interface Flags extends CommonFlags, SourceFlags {
  readonly allProfiles: boolean;
}

/** @returns What is set in the chosen profile, or in all. Sends one request. */
export async function profileStates(context: Context, flags: Flags): Promise<Checked> {
  const { open, needs } = await projectNeeds(context, flags);
  const { project } = needs;
  const { only } = flags;
  const all = flags.allProfiles ? allNeeds({ ...open, project }, { only }) : [needs];
  const source = sourceOf(flags);
  const stored = source.kind === "daemon" ? await storedValues(flags, all) : new Map();
  const places = {
    source,
    environment: (need: Need): FoundValue | undefined => inShell(context, need),
    read: () => Promise.resolve(stored),
  };
  const profiles = all.map(async (needs) => of(needs, await readValues(needs, places)));
  return { path: open.path, service: project.service, profiles: await Promise.all(profiles) };
}

function of({ profile, secrets }: Needs, found: ReadonlyMap<string, FoundValue>): ProfileState {
  return {
    profile,
    secrets: secrets.map(({ name, target, required, description, generate }) => {
      const from = found.get(name)?.origin;
      return { name, target, set: from !== undefined, required, from, description, generate };
    }),
  };
}

/** @returns Whether a program cannot start without it. */
export function isMissing({ required, set }: SecretState): boolean {
  return required && !set;
}
