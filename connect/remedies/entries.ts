/**
 * The daemon's own list of executables, where this user may read it.
 *
 * @module
 */

import { textOf } from "../../src/files.ts";
import { env, runtime } from "../../src/runtime.ts";
import type { Machine } from "./machine.ts";

/** The used part of an entry. */
export interface Entry {
  readonly path: string;
  /** Hexadecimal, with or without `sha256:` before it. */
  readonly hash: string;
}

/** @returns Where the daemon of this user keeps its configuration. */
export function configPath(): string | undefined {
  const home = env("HOME");
  if (runtime.system === "windows") {
    const folder = env("APPDATA");
    return folder && `${folder}\\keychain-auth\\config.json`;
  }
  if (runtime.system === "darwin") {
    return home && `${home}/Library/Application Support/keychain-auth/config.json`;
  }
  const folder = env("XDG_CONFIG_HOME") ?? (home && `${home}/.config`);
  return folder && `${folder}/keychain-auth/config.json`;
}

/** @returns The entries of a configuration; `undefined` when it cannot be read or understood. */
export function readEntries(path: string | undefined, machine: Machine): Entry[] | undefined {
  if (path === undefined) return undefined;
  if (machine.files.look(path)?.kind === "absent") return [];
  try {
    const config = JSON.parse(textOf(machine.files, path, 16 << 20) ?? "") as {
      registered_binaries?: Partial<Entry>[] | null;
    };
    return (config.registered_binaries ?? []).flatMap(({ path, hash }) =>
      typeof path === "string" && typeof hash === "string" ? [{ path, hash }] : []
    );
  } catch {
    return undefined;
  }
}

/**
 * @param sha256 The hash of the executable at `path`.
 * @returns The other paths that are registered with its hash. Only the first entry with a hash
 * counts, so they block the executable.
 */
export function othersWithHash(
  entries: readonly Entry[],
  path: string,
  sha256: string,
): string[] {
  const same = entries.filter(({ hash }) => hash.replace(/^sha256:/, "") === sha256);
  return same[0]?.path === path ? [] : same.map((entry) => entry.path).filter((p) => p !== path);
}

/** @returns The path of the configuration, when it exists and is invalid. */
export function configFault(machine: Machine): string | undefined {
  const path = configPath();
  const text = path === undefined ? undefined : textOf(machine.files, path, 16 << 20);
  return text !== undefined && readEntries(path, machine) === undefined ? path : undefined;
}
