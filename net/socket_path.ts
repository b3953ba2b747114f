/**
 * Finds out who listens at a socket's path, for transports that cannot ask the kernel. The owner of
 * the socket's file is the answer only where no other user can replace the file, so each folder and
 * link on the way is checked, too.
 *
 * @module
 */

import { shellWord } from "../src/errors/shell_word.ts";
import { PermissionError, UntrustedPeerError } from "../src/errors/unavailable.ts";
import { deno, nodePermits, runtime, userId } from "../src/runtime.ts";
import { type PeerCredentials, SystemCallError, type Trust } from "../src/transport.ts";
import { missingFlags, topOf } from "./deno_flags.ts";
import { type FileStatus, linkTarget, mayRead, statusOf } from "./file_status.ts";

/** As many links as Linux follows in one path, path_resolution(7). */
const MAX_LINKS = 40;
/** How often the client connects again when a restarted daemon has replaced the socket. */
const ATTEMPTS = 3;
const STICKY = 0o1000;
const OTHERS_WRITE = 0o022;

/** Root and the caller. */
const CALLER: Trust = { check: true, has: (uid) => uid === 0 || uid === userId() };

/** A connection whose peer is set after it was opened. */
export interface PeerLater {
  peer: PeerCredentials | undefined;
  close(): void;
}

/**
 * Opens a connection to a socket that is the same trusted file before and after.
 *
 * @param endpoint The socket's path. On Windows nothing is checked, because no file tells who
 * listens at a pipe.
 * @param open Connects.
 * @param trust Whose files may be on the way. Default: root's and the caller's.
 * @throws {UntrustedPeerError} When another user could have put the socket there.
 * @throws {PermissionError} When the runtime does not permit the check, with the flags that do.
 * @throws {SystemCallError} When there is no socket.
 */
export async function openTrusted<C extends PeerLater>(
  endpoint: string,
  open: () => Promise<C>,
  trust: Trust = CALLER,
): Promise<C> {
  if (runtime.system === "windows") return await open();
  if (!trust.check) {
    const connection = await open();
    connection.peer = ownerIfKnown(endpoint, trust);
    return connection;
  }
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = findTrusted(endpoint, trust);
    const connection = await open();
    try {
      const { device, inode, uid, gid } = findTrusted(endpoint, trust);
      if (device === before.device && inode === before.inode && uid === before.uid) {
        connection.peer = { uid, gid };
        return connection;
      }
    } catch (error) {
      connection.close();
      throw error;
    }
    connection.close();
  }
  throw new UntrustedPeerError(
    endpoint,
    undefined,
    "the socket was replaced each time while the client connected. Try again once the daemon runs",
  );
}

function ownerIfKnown(endpoint: string, trust: Trust): PeerCredentials | undefined {
  try {
    const { uid, gid } = findSocket(endpoint, new Way(endpoint, trust));
    return { uid, gid };
  } catch {
    return undefined;
  }
}

function findTrusted(endpoint: string, trust: Trust): FileStatus {
  if (userId() === undefined) throw unknownCaller(endpoint);
  const way = new Way(endpoint, trust);
  const socket = findSocket(endpoint, way);
  // The owner of the socket matters more than a problem on the way to it.
  if (!trust.has(socket.uid)) throw new UntrustedPeerError(endpoint, socket.uid);
  if (way.problem !== undefined) throw way.problem;
  return socket;
}

/** Collects problems on the way to a socket. */
class Way {
  /** The first problem. */
  problem: UntrustedPeerError | undefined;
  /** The checked paths; a permission for one covers what is inside it. */
  readonly paths: string[];
  readonly #endpoint: string;
  readonly #trust: Trust;

  constructor(endpoint: string, trust: Trust) {
    this.#endpoint = endpoint;
    this.#trust = trust;
    this.paths = [endpoint];
  }

  look(path: string): FileStatus {
    if (mayRead(path)) return statusOf(path);
    // Another user's link must not choose which permission the caller is told to give.
    throw this.problem ?? unreadable(this.#endpoint, this.paths);
  }

  /** Users can replace their own link or folder, even inside a sticky folder. */
  owner(path: string, { uid }: FileStatus): void {
    if (this.#trust.has(uid)) return;
    this.#refuse(
      uid,
      `${
        JSON.stringify(path)
      }, which leads to it, belongs to user id ${uid}, who is neither root ` +
        `nor you nor the daemon's system user. To trust it, set the option peer: { uids: [${uid}] }`,
    );
  }

  /** In a sticky folder, only the owners of an entry and of the folder can replace the entry. */
  folder(path: string, status: FileStatus): void {
    this.owner(path, status);
    const { uid, mode } = status;
    if ((mode & OTHERS_WRITE) === 0 || (mode & STICKY) !== 0) return;
    this.#refuse(
      uid,
      `other users may write to the folder ${JSON.stringify(path)}, so any of them can put a ` +
        `socket of their own there. Run chmod go-w ${shellWord(path)}`,
    );
  }

  #refuse(uid: number, why: string): void {
    this.problem ??= new UntrustedPeerError(this.#endpoint, uid, why);
  }
}

/** Follows a path as the kernel does. */
function findSocket(endpoint: string, way: Way): FileStatus {
  const names = namesOf(endpoint);
  let folder = start(endpoint, way);
  for (let links = 0;;) {
    const name = names.shift();
    // A folder, where nothing can listen.
    if (name === undefined) throw new SystemCallError("connect", "ECONNREFUSED");
    const path = folder === "/" ? `/${name}` : `${folder}/${name}`;
    const status = way.look(path);
    if (status.kind === "link") {
      way.owner(path, status);
      if (++links > MAX_LINKS) throw new SystemCallError("connect", "ELOOP");
      const target = linkTarget(path);
      names.unshift(...namesOf(target));
      if (!target.startsWith("/")) continue;
      way.paths.push(target);
      folder = start(target, way);
    } else if (names.length === 0) {
      return status;
    } else if (status.kind === "folder") {
      way.folder(path, status);
      folder = path;
    } else {
      throw new SystemCallError("connect", "ENOTDIR");
    }
  }
}

function start(path: string, way: Way): string {
  if (!path.startsWith("/")) {
    way.folder(".", way.look("."));
    return ".";
  }
  // Permissions for a part of the file system exclude its root. Anyone who can write there can
  // replace the system's libraries as well, so asking for access to everything would gain nothing.
  if (mayRead("/")) way.folder("/", way.look("/"));
  return "/";
}

function namesOf(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}

function unreadable(endpoint: string, paths: readonly string[]): PermissionError {
  const what = `reading who owns ${endpoint} and the folders that lead to it`;
  // A permission of Node for a folder covers its content, but not the folder itself.
  if (deno === undefined) {
    // Node before 25 has no permission for sockets, and exits when a flag is unknown.
    const asks = runtime.name === "node" && Number.parseInt(runtime.version) >= 25;
    const net = asks && !nodePermits("net") ? ["--allow-net"] : [];
    return new PermissionError(what, [["--allow-fs-read=*", ...net]]);
  }
  const tops = [...new Set(paths.map(topOf))];
  return new PermissionError(what, [[`--allow-read=${tops.join(",")}`]]);
}

function unknownCaller(endpoint: string): Error {
  const flags = missingFlags(endpoint);
  if (flags !== undefined) return new PermissionError("reading the user id", [flags]);
  const why = "this runtime does not tell which user runs the client";
  return new UntrustedPeerError(endpoint, undefined, why);
}
