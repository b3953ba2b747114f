/**
 * A checked project, and the keys of a project file.
 *
 * @module
 */

import type { SpecKeys } from "./spec_types.ts";

/** One secret that a project declares. */
export interface Declaration {
  /** The variable, and the property in code. */
  readonly name: string;
  /** The project's description of it. */
  readonly description: string | undefined;
  /** The secret's whole name, if it is not the prefix followed by the variable. */
  readonly target: string | undefined;
  /** Whether it may be missing, unless a profile requires it. */
  readonly optional: boolean;
  /** The value when none is stored and the environment has none. */
  readonly default: string | undefined;
  /** How many random bytes the first value has. */
  readonly generate: number | undefined;
  /** Whether everyone may see the value. */
  readonly public: boolean;
}

/** A checked project. */
export interface Project {
  /** The service that holds its secrets. */
  readonly service: string;
  /** The prefix of its secrets' names; `{profile}` stands for the profile. */
  readonly prefix: string;
  /** The profile when none is chosen. */
  readonly profile: string | undefined;
  /** Its secrets by variable, in the order of the file. */
  readonly secrets: ReadonlyMap<string, Declaration>;
  /** Its profiles, each with the variables that it requires. */
  readonly profiles: ReadonlyMap<string, ReadonlySet<string>>;
}

/** A variable name that a POSIX shell accepts. */
export const IDENTIFIER: RegExp = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The placeholder for the profile in a prefix and in a target. */
export const PROFILE_PLACE = "{profile}";

/** The keys of the file. */
export const PROJECT_KEYS = [
  "$schema",
  "service",
  "prefix",
  "profile",
  "secrets",
  "profiles",
] as const satisfies readonly SpecKeys["project"][];

/** The keys of a secret. */
export const SECRET_KEYS = [
  "description",
  "target",
  "optional",
  "generate",
  "default",
  "public",
] as const satisfies readonly SpecKeys["secret"][];

/** The keys of a profile. */
export const PROFILE_KEYS = ["secrets"] as const satisfies readonly SpecKeys["profile"][];

/** The keys of a secret in a profile. */
export const PROFILE_SECRET_KEYS = [
  "required",
] as const satisfies readonly SpecKeys["profileSecret"][];
