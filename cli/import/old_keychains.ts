/**
 * Keychains that programs have used before: `Bun.secrets` and keytar. Their own code reads them,
 * because their entries have attributes that only this code knows.
 *
 * @module
 */

import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { builtin, runtime } from "../../src/runtime.ts";
import { CommandError, EXIT, usageError } from "../exit_codes.ts";
import type { ImportSource } from "./source.ts";

/** The supported keychains. */
export const OLD_KEYCHAINS = ["bun-secrets", "keytar"] as const;

/** One of them. */
export type OldKeychain = typeof OLD_KEYCHAINS[number];

/**
 * @param operands The service, and for `bun-secrets` the names in it, which it cannot list.
 * @param maps `NAME=ACCOUNT` for accounts that become variables of another name.
 * @throws {CommandError} When the keychain cannot be read here; says why.
 */
export async function keychainSource(
  keychain: OldKeychain,
  [service, ...names]: readonly string[],
  maps: readonly string[],
): Promise<ImportSource> {
  if (service === undefined) throw usageError(`--from ${keychain} needs the SERVICE to read`);
  const renamed = new Map(maps.map(parseMap));
  const values = keychain === "keytar"
    ? await fromKeytar(service, names)
    : await fromBun(service, [...new Set([...names, ...renamed.keys()])]);
  for (const account of renamed.keys()) {
    if (!values.has(account)) throw missing(keychain, service, account);
  }
  const variables = new Map<string, string>();
  for (const [account, value] of values) {
    const name = renamed.get(account) ?? account;
    if (variables.has(name)) {
      throw usageError(`Two accounts would become the variable ${JSON.stringify(name)}`);
    }
    variables.set(name, value);
  }
  return {
    label: `${keychain} service ${JSON.stringify(service)}`,
    variables,
    notes: [],
    siblings: [],
    remove: undefined,
  };
}

function parseMap(map: string): [account: string, name: string] {
  const split = map.indexOf("=");
  if (split < 1 || split === map.length - 1) throw usageError("--map expects NAME=ACCOUNT");
  return [map.slice(split + 1), map.slice(0, split)];
}

function missing(keychain: string, service: string, account: string): CommandError {
  return new CommandError(
    EXIT.missing,
    `${keychain} has no ${JSON.stringify(account)} in service ${JSON.stringify(service)}`,
  );
}

interface BunModule {
  readonly secrets?: { get(options: { service: string; name: string }): Promise<string | null> };
}

async function fromBun(service: string, names: readonly string[]): Promise<Map<string, string>> {
  const secrets = runtime.name === "bun" ? builtin<BunModule>("bun")?.secrets : undefined;
  if (secrets === undefined) {
    throw usageError(
      "Only Bun 1.3 or newer reads Bun.secrets. Type: " +
        "bunx --bun @keychain-auth/client import --from bun-secrets SERVICE NAME…",
    );
  }
  if (names.length === 0) {
    throw usageError("Bun.secrets cannot list its names: give them after the service");
  }
  const values = new Map<string, string>();
  for (const name of names) {
    const value = await secrets.get({ service, name }).catch((error) => {
      throw new CommandError(
        EXIT.failed,
        `Bun.secrets cannot be read: ${error?.code ?? error?.name}`,
      );
    });
    if (value === null) throw missing("bun-secrets", service, name);
    values.set(name, value);
  }
  return values;
}

interface Keytar {
  findCredentials(service: string): Promise<{ account: string; password: string }[]>;
}

async function fromKeytar(service: string, names: readonly string[]): Promise<Map<string, string>> {
  let keytar: Keytar;
  try {
    keytar = createRequire(join(process.cwd(), "kca.json"))("keytar");
  } catch (error) {
    const { code, name } = error as { code?: string; name: string };
    throw usageError(
      `The package keytar cannot be loaded from this folder (${
        code ?? name
      }), and nothing else can read its ` +
        "secrets. Type this command in the folder of a program that has keytar installed",
    );
  }
  const found = await keytar.findCredentials(service).catch((error) => {
    throw new CommandError(EXIT.failed, `keytar cannot read: ${error?.code ?? error?.name}`);
  });
  const values = new Map(found.map(({ account, password }) => [account, password]));
  for (const name of names) if (!values.has(name)) throw missing("keytar", service, name);
  if (values.size === 0) {
    throw new CommandError(
      EXIT.missing,
      `keytar has no secrets in service ${JSON.stringify(service)}`,
    );
  }
  if (names.length === 0) return values;
  return new Map([...values].filter(([account]) => names.includes(account)));
}
