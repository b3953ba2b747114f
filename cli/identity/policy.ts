/**
 * What the daemon's configuration allows a program, and what to type.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { env } from "../../src/runtime.ts";
import { approvalCommands } from "../../connect/remedies/approve.ts";
import { othersWithHash } from "../../connect/remedies/entries.ts";
import { asRoot, machineOf } from "../../connect/remedies/machine.ts";
import { runtimeSystem } from "../../net/system.ts";
import {
  type DaemonConfig,
  findByHash,
  findByPath,
  loadConfig,
  type RegisteredBinary,
  type TrustedSigner,
} from "../../testing/identify/config.ts";
import { replaceFile } from "../../testing/identify/replace_file.ts";
import { findSigner, hasTrailer } from "../../testing/identify/signature.ts";
import { CommandError, EXIT, messageOf } from "../exit_codes.ts";
import { foundText } from "../found_file.ts";
import { systemReason } from "../system_reason.ts";
import type { ProgramIdentity } from "./program.ts";

const SYSTEM_FOLDER = "/etc/keychain-auth";

/** Where the daemon reads its configuration. */
export interface ConfigPlace {
  readonly path: string;
  /** Whether it is the system's, which only root may read. */
  readonly system: boolean;
}

/** A program's status in the configuration. */
export interface Standing {
  /** Whether it ends with a signature, by any signer. */
  readonly signed: boolean;
  /** The trusted signer, if the signature is theirs. */
  readonly signer?: TrustedSigner;
  /** Its effective entry. */
  readonly entry?: RegisteredBinary;
  /** The paths of entries that have its hash and another path, and so block it. */
  readonly others: readonly string[];
  /** The entry of its path for another build. */
  readonly outdated?: RegisteredBinary;
}

/** @returns The configuration of the daemon on this machine. */
export function findConfig(): ConfigPlace {
  if (process.platform === "win32") {
    const folder = env("APPDATA") ?? join(homedir(), "AppData", "Roaming");
    return { path: join(folder, "keychain-auth", "config.json"), system: false };
  }
  if (process.platform === "darwin") {
    const folder = join(homedir(), "Library", "Application Support", "keychain-auth");
    return { path: join(folder, "config.json"), system: false };
  }
  if (existsSync(SYSTEM_FOLDER)) return { path: join(SYSTEM_FOLDER, "config.json"), system: true };
  const folder = env("XDG_CONFIG_HOME") ?? join(homedir(), ".config");
  return { path: join(folder, "keychain-auth", "config.json"), system: false };
}

/**
 * Reads a configuration.
 *
 * @returns Undefined when this user may not read it.
 * @throws {CommandError} When it is broken.
 */
export function readConfig({ path }: ConfigPlace): DaemonConfig | undefined {
  try {
    return loadConfig(path);
  } catch (error) {
    if ((error as { code?: unknown }).code === "EACCES") return undefined;
    throw unusable(path, error);
  }
}

/** Looks a program up as the daemon does. */
export function lookUpProgram(
  { path, sha256 }: ProgramIdentity,
  config: DaemonConfig | undefined,
): Standing {
  const signed = hasTrailer(path);
  if (config === undefined) return { signed, others: [] };
  const keys = config.trusted_signers.map(({ public_key }) => public_key);
  const signer = config.trusted_signers[findSigner(path, keys)];
  const known = findByHash(config, sha256);
  const earlier = findByPath(config, path);
  if (known?.path === path) {
    return { signed, entry: known, others: [], ...(signer && { signer }) };
  }
  if (signer !== undefined) {
    return { signed, signer, others: [], ...(earlier && { entry: earlier }) };
  }
  return {
    signed,
    others: othersWithHash(config.registered_binaries, path, sha256),
    ...(earlier && { outdated: earlier }),
  };
}

/**
 * @param service Undefined when it was not named.
 * @returns The commands that let a program read, write and search a service; none when it already
 * may.
 */
export function commandsFor(
  { path }: ProgramIdentity,
  standing: Standing,
  service: string | undefined,
  { system }: ConfigPlace,
): string[] {
  const { entry, signer, others } = standing;
  if (entry === undefined && signer !== undefined) {
    // The daemon registers it with the signer's service at its first call.
    if (service === undefined || signer.service === service) return [];
  }
  if (entry !== undefined && mayAll(entry, service)) return [];
  const machine = machineOf(runtimeSystem);
  const daemon = system ? asRoot("keychain-auth", machine) : "keychain-auth";
  return approvalCommands({ path, service: service ?? "SERVICE", daemon, others });
}

function mayAll(entry: RegisteredBinary, service: string | undefined): boolean {
  const { allowed_read_services: read, allowed_write_services: write, can_search } = entry;
  if (service === undefined) return read.length > 0;
  return can_search && read.includes(service) && write.includes(service);
}

/**
 * Adds a signer to a configuration and changes nothing else in it.
 *
 * @returns Whether it was changed; false when the signer was already there.
 * @throws {CommandError} When it cannot be read, understood or written.
 */
export function trustSigner(path: string, signer: TrustedSigner): boolean {
  try {
    const known = loadConfig(path).trusted_signers.some(({ service, public_key }) =>
      service === signer.service && public_key === signer.public_key
    );
    if (known) return false;
    const text = foundText(path) ?? '{ "registered_binaries": [], "protocol_version": "1" }';
    const config: Record<string, unknown> = JSON.parse(text) ?? {};
    config.trusted_signers = [...(config.trusted_signers as unknown[] | null ?? []), signer];
    replaceFile(path, JSON.stringify(config, null, 2));
    return true;
  } catch (error) {
    throw unusable(path, error);
  }
}

/** Its content has an error of its own that says what is wrong; the system gives a code. */
export function unusable(path: string, error: unknown): CommandError {
  const reason = `Cannot use ${JSON.stringify(path)}: ${systemReason(error)}`;
  const known = typeof (error as { code?: unknown }).code === "string";
  return new CommandError(EXIT.failed, known ? reason : messageOf(error));
}
