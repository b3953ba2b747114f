/**
 * The flags of commands that know projects.
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
    about: "The project's kca.json; else KCA_PROJECT, else the nearest in this repository",
  },
  profile: {
    kind: "value",
    value: "NAME",
    about: "A profile of the project; else KCA_PROFILE, else the project's own",
  },
  verbose: { kind: "switch", about: "Say which project is used" },
} as const satisfies Readonly<Record<string, SwitchFlag | ValueFlag>>;

export const sourceFlag: ValueFlag = {
  kind: "value",
  value: "env|dir:DIR",
  about: "Take a project's values from the environment, or from files in a folder, and ask no " +
    "daemon; else KCA_SOURCE",
};

export const onlyFlag: ValueFlag = {
  kind: "value",
  value: "A,B",
  list: ",",
  about: "Only these variables; all of them must exist",
};

/** Stands for all names where a flag may name some. */
export const ALL = "*";

export const allowMissingFlag: ValueFlag = {
  kind: "value",
  value: "A,B",
  list: ",",
  bare: ALL,
  about: "Go on without secrets of the project that are missing: these, or all",
};

/** @returns Whether a flag such as `--allow-missing=A,B` names something. */
export function names(given: readonly string[] | undefined, name: string): boolean {
  return given !== undefined && (given.includes(ALL) || given.includes(name));
}
