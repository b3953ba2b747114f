/**
 * A project once it has been checked, and the keys that a project file may have.
 *
 * @module
 */

import type { SpecKeys } from "./spec_types.ts";

/** One secret that a project declares. */
export interface Declaration {
  /** The variable, and the property in code. */
  readonly name: string;
  /** What it is for, in the words of the project. */
  readonly description: string | undefined;
  /** The secret's whole name where it is not the prefix and the variable. */
  readonly target: string | undefined;
  /** Whether it may be missing, unless a profile requires it. */
  readonly optional: boolean;
  /** The value when none is stored and the environment has none. */
  readonly default: string | undefined;
  /** How many random bytes to make a first value of. */
  readonly generate: number | undefined;
  /** Whether the value may be seen by everybody. */
  readonly public: boolean;
}

/** A project that has been checked. */
export interface Project {
  /** The service that holds its secrets. */
  readonly service: string;
  /** What the names of its secrets begin with; `{profile}` stands for the profile. */
  readonly prefix: string;
  /** The profile when none is chosen. */
  readonly profile: string | undefined;
  /** Its secrets by variable, in the order of the file. */
  readonly secrets: ReadonlyMap<string, Declaration>;
  /** Its profiles, each with the variables that it requires. */
  readonly profiles: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What a POSIX shell takes as a variable's name. */
export const IDENTIFIER: RegExp = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What stands for the profile in a prefix and in a target. */
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
