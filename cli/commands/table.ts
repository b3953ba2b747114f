/**
 * Every command, in the order of the help. Only the given command is loaded, except that `run`
 * always is.
 *
 * @module
 */

import type { Command } from "../command_line/command.ts";
import { run } from "./run.ts";

interface Entry {
  /** What it is for, in one line. */
  readonly about: string;
  load(): Promise<Command>;
}

const table = {
  run: {
    about: "Run a program with its secrets as variables",
    // Not loaded later, because its start time matters most and a later import takes longer.
    load: () => Promise.resolve(run),
  },
  get: {
    about: "Print values",
    load: async () => (await import("./get.ts")).get,
  },
  set: {
    about: "Store a value from a hidden prompt, stdin or a file",
    load: async () => (await import("./set.ts")).set,
  },
  list: {
    about: "Print names",
    load: async () => (await import("./list.ts")).list,
  },
  delete: {
    about: "Delete secrets",
    load: async () => (await import("./delete.ts")).remove,
  },
  export: {
    about: "Print an environment for another program to read",
    load: async () => (await import("./export.ts")).exportSecrets,
  },
  init: {
    about: "Create kca.json, which declares the secrets of a project",
    load: async () => (await import("./init.ts")).init,
  },
  import: {
    about: "Move a .env file into the keychain",
    load: async () => (await import("./import.ts")).importSecrets,
  },
  check: {
    about: "Show what a project needs and what is missing",
    load: async () => (await import("./check.ts")).check,
  },
  allow: {
    about: "Allow a project to choose secrets",
    load: async () => (await import("./allow.ts")).allow,
  },
  scan: {
    about: "Search files and commits for stored values",
    load: async () => (await import("./scan.ts")).scan,
  },
  inject: {
    about: "Fill in a template with secrets",
    load: async () => (await import("./inject.ts")).inject,
  },
  doctor: {
    about: "Find out what is wrong, and what to type",
    load: async () => (await import("./doctor.ts")).doctor,
  },
  dev: {
    about: "Run a daemon for trials, with secrets in memory",
    load: async () => (await import("./dev.ts")).dev,
  },
  conformance: {
    about: "Check that a daemon follows the protocol",
    load: async () => (await import("./conformance.ts")).conformance,
  },
  identity: {
    about: "Show a program as the daemon sees it",
    load: async () => (await import("./identity.ts")).identity,
  },
  keygen: {
    about: "Make a key to sign programs with",
    load: async () => (await import("./keygen.ts")).keygen,
  },
  sign: {
    about: "Sign a compiled program",
    load: async () => (await import("./sign.ts")).sign,
  },
  verify: {
    about: "Check the signature of a program",
    load: async () => (await import("./verify.ts")).verify,
  },
  completion: {
    about: "Print a shell's completion script",
    load: async () => (await import("./completion.ts")).completion,
  },
};

/** The name of a command. */
export type CommandName = keyof typeof table;

/** Every command by its name. */
export const commands: Readonly<Record<CommandName, Entry>> = table;

/** @returns Whether there is a command of this name. */
export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(table, name);
}
