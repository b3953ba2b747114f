import { randomBytes } from "node:crypto";
import { linkSync, lstatSync, renameSync, rmSync } from "node:fs";
import { chmod, lstat, mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { platform } from "node:process";

/** Where a daemon listens, and how to clean up after it. */
export interface Place {
  readonly endpoint: string;
  /** Where its server listens: a socket that no one else can reach before it is published. */
  readonly binding: string;
  /** Gives the listening socket the name of the endpoint. */
  publish(): Promise<void>;
  /** Removes the endpoint at once, unless it belongs to another daemon by now. */
  withdraw(): void;
  /** Hides the endpoint until {@linkcode Place.show}; undefined where that is not possible. */
  hide?(): void;
  show?(): void;
  /** Removes everything that was created for the daemon. */
  remove(): Promise<void>;
}

/** The part of a socket's path below the endpoint's folder: a private folder and a name. */
const WITHIN = "/.123456/s".length;

/**
 * Prepares a place to listen.
 *
 * @param endpoint The requested endpoint; undefined for a new private place.
 * @returns The place. On Windows a pipe, which needs no cleaning up.
 * @throws {RangeError} When the path of a socket is too long for the system.
 * @throws {Error} When the folder cannot be written to.
 */
export async function preparePlace(endpoint: string | undefined): Promise<Place> {
  if (platform === "win32") return pipe(endpoint);
  if (endpoint === undefined) {
    // mkdtemp makes the folder with mode 0700.
    const folder = await mkdtemp(join(tmpdir(), "keychain-auth-"));
    const binding = join(folder, "agent.sock");
    try {
      checkLength(binding, 0);
    } catch (error) {
      await remove(folder);
      throw error;
    }
    return {
      endpoint: binding,
      binding,
      publish: () => chmod(binding, 0o600),
      withdraw: () => rmSync(binding, { force: true }),
      hide: () => renameSync(binding, `${binding}.hidden`),
      show: () => renameSync(`${binding}.hidden`, binding),
      remove: () => remove(folder),
    };
  }
  checkLength(endpoint, 0);
  checkLength(dirname(endpoint), WITHIN);
  const folder = await mkdtemp(`${dirname(endpoint)}/.`);
  const binding = join(folder, "s");
  let own: Identity | undefined;
  return {
    endpoint,
    binding,
    async publish() {
      await chmod(binding, 0o600);
      await claim(endpoint, binding, join(folder, "stale"));
      own = await lstat(binding);
      await remove(folder);
    },
    hide: () => renameSync(endpoint, `${endpoint}.hidden`),
    show: () => renameSync(`${endpoint}.hidden`, endpoint),
    withdraw() {
      // Its inode is not reused while our server is bound to it.
      const there = lstatSync(endpoint, { throwIfNoEntry: false });
      if (there && own && same(there, own)) rmSync(endpoint, { force: true });
    },
    remove: () => remove(folder),
  };
}

function pipe(name: string | undefined): Place {
  const fresh = `\\\\.\\pipe\\keychain-auth-test-${randomBytes(16).toString("hex")}`;
  const endpoint = name ?? fresh;
  const nothing = (): Promise<void> => Promise.resolve();
  return { endpoint, binding: endpoint, publish: nothing, withdraw: () => {}, remove: nothing };
}

interface Identity {
  readonly dev: number;
  readonly ino: number;
}

function same(one: Identity, other: Identity): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}

function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

/**
 * Links a socket to the name of the endpoint, which only one of several daemons can do. A socket
 * that a dead daemon left behind is moved away first.
 */
async function claim(path: string, binding: string, aside: string): Promise<void> {
  const inUse = new Error(`Cannot listen on "${path}": it is in use`);
  for (let attempt = 0; attempt < 2; attempt++) {
    if (linked(binding, path)) return;
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there === undefined) continue;
    if (!there.isSocket()) throw new Error(`Cannot listen on "${path}": it is not a socket`);
    if (await answers(path)) throw inUse;
    // Synchronous from here on: another daemon may have begun to listen there, and its socket must not
    // be missing for long if it is moved by mistake.
    const now = lstatSync(path, { throwIfNoEntry: false });
    if (now === undefined) continue;
    if (!same(now, there)) throw inUse;
    try {
      renameSync(path, aside);
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error;
      continue;
    }
    if (same(lstatSync(aside), there)) continue;
    linked(aside, path);
    throw inUse;
  }
  throw inUse;
}

/** @returns False when that name already exists. */
function linked(path: string, name: string): boolean {
  try {
    linkSync(path, name);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}

function checkLength(path: string, more: number): void {
  const most = platform === "darwin" ? 103 : 107;
  const length = new TextEncoder().encode(path).length + more;
  if (length > most) {
    throw new RangeError(`Cannot listen on "${path}": ${length} bytes, at most ${most} fit`);
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error: { code?: string }) => {
      socket.destroy();
      // Only these two errors show that nothing listens.
      resolve(error.code !== "ECONNREFUSED" && error.code !== "ENOENT");
    });
  });
}
