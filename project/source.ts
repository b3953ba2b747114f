/**
 * Sources of values without a daemon: the environment of a CI run, and a folder with one file for
 * each secret, as Docker and Kubernetes mount it.
 *
 * @module
 */

import { InvalidRequestError } from "../src/errors/request.ts";
import { PermissionError } from "../src/errors/unavailable.ts";
import { env, granted, nodePermits } from "../src/runtime.ts";
import { below, isFolder, mayRead, readFile, reasonOf } from "./file/files.ts";
import type { FoundValue, Need } from "./resolve.ts";

/** Where the values of a project come from. */
export type Source =
  | { readonly kind: "daemon" }
  | { readonly kind: "env" }
  | { readonly kind: "dir"; readonly folder: string };

/**
 * @param given `env` or `dir:FOLDER`; `undefined` means the daemon.
 * @param from The name of the setting, for messages.
 * @throws {InvalidRequestError} When it is neither.
 */
export function parseSource(given: unknown, from: string): Source {
  if (given === undefined) return { kind: "daemon" };
  if (given === "env") return { kind: "env" };
  if (typeof given === "string" && given.startsWith("dir:") && given.length > 4) {
    return { kind: "dir", folder: given.slice(4) };
  }
  throw new InvalidRequestError(from, 'expected "env", or "dir:" and a folder');
}

/**
 * Looks up a secret in the environment. An empty variable counts as unset, because GitHub sets a
 * secret that does not exist to an empty string.
 */
export function fromEnvironment({ name }: Need): FoundValue | undefined {
  const value = env(name);
  return value === undefined ? undefined : { value, origin: "environment" };
}

/** @throws {PermissionError} When Deno does not permit reading the variables. */
export function checkEnvironment(secrets: readonly Need[]): void {
  checkVariables(secrets.map(({ name }) => name), "reading");
}

/**
 * @param besides Another variable to set.
 * @throws {PermissionError} When Deno does not permit setting the variables.
 */
export function checkSettable(secrets: readonly Need[], besides: string): void {
  checkVariables([...secrets.map(({ name }) => name), besides], "setting");
}

function checkVariables(variables: readonly string[], doing: string): void {
  const names = variables.filter((name) => !granted({ name: "env", variable: name }));
  if (names.length === 0) return;
  throw new PermissionError(`${doing} the variables of the project`, [
    [`--allow-env=${names.join(",")}`],
  ]);
}

/**
 * Looks up a secret in a folder, in the file with the variable's name. One line break at the end of
 * the file does not belong to the value.
 *
 * @throws {PermissionError} When the runtime does not permit reading the folder.
 * @throws {InvalidRequestError} When there is no such folder, or a file cannot be read or is not
 * text.
 */
export function fromFolder(folder: string): (secret: Need) => FoundValue | undefined {
  return ({ name }) => {
    const path = below(folder, name);
    if (!mayRead(path)) {
      const flag = nodePermits("fs.read", path) ? "--allow-read" : "--allow-fs-read";
      throw new PermissionError("reading the folder of secrets", [[`${flag}=${folder}`]]);
    }
    try {
      const bytes = readFile(path);
      if (bytes !== undefined) {
        const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
        return { value: text.replace(/\r?\n$/, ""), origin: "file" };
      }
    } catch (error) {
      const why = error instanceof TypeError ? "it is not UTF-8" : reasonOf(error);
      throw new InvalidRequestError("source", `cannot read ${JSON.stringify(path)}: ${why}`);
    }
    // Otherwise a misspelled folder would count as one without secrets.
    if (isFolder(folder) || !mayRead(folder)) return undefined;
    throw new InvalidRequestError("source", `there is no folder ${JSON.stringify(folder)}`);
  };
}
