/**
 * Commands that change the daemon's configuration. Like the real ones, they do not resolve links: a
 * path must be the one that the kernel reports.
 */
import { resolve } from "node:path";
import {
  type DaemonConfig,
  findByHash,
  findByPath,
  loadConfig,
  type RegisteredBinary,
  saveConfig,
} from "./config.ts";
import { PendingList } from "./pending.ts";
import { hashFile } from "./program.ts";

/** Grants reading, writing and searching one service. @returns What to tell the user. */
export async function authorize(config: string, file: string, service: string): Promise<string> {
  const path = resolve(file);
  const hash = await hashOf(path);
  change(config, (whole) => {
    const entry = enter(whole, path);
    entry.hash = hash;
    entry.registered_at = now();
    if (!entry.allowed_read_services.includes(service)) entry.allowed_read_services.push(service);
    if (!entry.allowed_write_services.includes(service)) entry.allowed_write_services.push(service);
    entry.can_search = true;
  });
  return `Authorized ${path} for service ${service}`;
}

/** Registers an executable, or its new hash, and grants nothing new. */
export async function register(config: string, file: string): Promise<string> {
  const path = resolve(file);
  const hash = await hashOf(path);
  change(config, (whole) => Object.assign(enter(whole, path), { hash, registered_at: now() }));
  return `Registered ${path} with hash ${hash}`;
}

/** Stores the new hash of a registered path. @throws {Error} When the path is not registered. */
export async function upgrade(config: string, file: string): Promise<string> {
  const path = resolve(file);
  const hash = await hashOf(path);
  change(config, (whole) => {
    const entry = findByPath(whole, path);
    if (!entry) throw new Error(`path ${path} is not registered. use 'register' instead`);
    entry.hash = hash;
  });
  return `Upgraded ${path} to new hash ${hash}`;
}

/**
 * Stores a hash for a path and removes all permissions of the path. The hash may be any text; with
 * one that no file has, the entry matches nothing.
 *
 * @param file Its path. Default: the path under which it was refused.
 * @throws {Error} When no path is given and the hash is not pending.
 */
export function approve(config: string, hash: string, file?: string): string {
  const pending = new PendingList(config);
  const path = file === undefined
    ? pending.load().find((attempt) => attempt.hash === hash)?.path
    : resolve(file);
  if (path === undefined) {
    throw new Error(
      `hash ${hash} not found in pending attempts; ` +
        `please specify the binary path: approve ${hash} [path]`,
    );
  }
  change(config, (whole) => {
    Object.assign(enter(whole, path), {
      hash,
      allowed_read_services: [],
      allowed_write_services: [],
      can_search: false,
    });
  });
  pending.remove(hash);
  return `Approved binary ${path} with hash ${hash} (Zero-Trust policy created)`;
}

/** @throws {Error} When the executable may not read, write and search a service; says why. */
export async function check(config: string, file: string, service: string): Promise<string> {
  const path = resolve(file);
  const hash = await hashOf(path);
  const entry = findByHash(loadConfig(config), hash);
  if (entry === undefined) throw new Error("binary not registered or hash mismatch");
  if (entry.path !== path) {
    throw new Error(`binary path mismatch: expected ${entry.path}, got ${path}`);
  }
  const { allowed_read_services: read, allowed_write_services: write, can_search } = entry;
  if (!read.includes(service) || !write.includes(service) || !can_search) {
    throw new Error(
      "binary is registered but lacks authorized read/write/search permissions " +
        `for service ${service}`,
    );
  }
  return `Binary ${path} is fully registered and authorized for service ${service}`;
}

function change(path: string, edit: (config: DaemonConfig) => void): void {
  const config = loadConfig(path);
  edit(config);
  saveConfig(path, config);
}

/** @returns The entry of a path; a new one has no permissions. */
function enter(config: DaemonConfig, path: string): RegisteredBinary {
  const known = findByPath(config, path);
  if (known) return known;
  const entry = {
    path,
    hash: "",
    registered_at: "",
    allowed_read_services: [],
    allowed_write_services: [],
    can_search: false,
  };
  config.registered_binaries.push(entry);
  return entry;
}

async function hashOf(path: string): Promise<string> {
  try {
    return await hashFile(path);
  } catch (error) {
    throw new Error(`failed to hash binary: ${(error as Error).message}`);
  }
}

/** Without a fraction, as Go's RFC3339. */
function now(): string {
  return new Date().toISOString().replace(/\.\d+/, "");
}
