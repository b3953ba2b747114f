/**
 * The flags of commands that use projects.
 *
 * @module
 */

import type { SwitchFlag, ValueFlag } from "../command_line/command.ts";

/** Which project, and which of its profiles. */
export interface ProjectFlags {
  readonly project?: string;
  readonly profile?: string;
  readonly verbose?: boolean;
}

/** Where its values come from. */
export interface SourceFlags extends ProjectFlags {
  readonly service?: string;
  readonly source?: string;
  readonly only?: readonly string[];
  readonly allowMissing?: readonly string[];
}

export const projectFlags = {
  project: {
    kind: "value",
    value: "FILE",
    about: "The project's kca.json. Default: KCA_PROJECT, else the nearest in this repository",
  },
  profile: {
    kind: "value",
    value: "NAME",
    about: "A profile of the project. Default: KCA_PROFILE, else the project's default",
  },
  verbose: { kind: "switch", about: "Say which project is used" },
} as const satisfies Readonly<Record<string, SwitchFlag | ValueFlag>>;

export const sourceFlag: ValueFlag = {
  kind: "value",
  value: "env|dir:DIR",
  about: "Take the project's values from the environment or from files in a folder, not from the " +
    "daemon. Default: KCA_SOURCE",
};

export const onlyFlag: ValueFlag = {
  kind: "value",
  value: "A,B",
  list: ",",
  about: "Only these variables, which must all exist",
};

/** Means all names in a flag that takes names. */
export const ALL = "*";

export const allowMissingFlag: ValueFlag = {
  kind: "value",
  value: "A,B",
  list: ",",
  bare: ALL,
  about: "Continue without missing secrets of the project: these, or all",
};

/** @returns Whether a flag such as `--allow-missing=A,B` includes a name. */
export function names(given: readonly string[] | undefined, name: string): boolean {
  return given !== undefined && (given.includes(ALL) || given.includes(name));
}
