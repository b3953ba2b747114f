import { randomBytes } from "node:crypto";
import { chmod, lstat, mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { platform } from "node:process";

/** Where a daemon listens, and how to tidy up behind it. */
export interface Place {
  readonly endpoint: string;
  /** Makes the socket private, once it exists. */
  protect(): Promise<void>;
  /** Removes what was made for the daemon; the socket goes with its server. */
  remove(): Promise<void>;
}

const nothing = (): Promise<void> => Promise.resolve();

/**
 * Prepares a place to listen.
 *
 * @param endpoint The caller's wish; undefined for a new private place.
 * @returns The place. On Windows a pipe, which needs no tidying.
 * @throws {RangeError} When the path of a socket is too long for the system.
 * @throws {Error} When something else is at the endpoint, or somebody listens there.
 */
export async function preparePlace(endpoint: string | undefined): Promise<Place> {
  if (platform === "win32") {
    const name = `\\\\.\\pipe\\keychain-auth-test-${randomBytes(16).toString("hex")}`;
    return { endpoint: endpoint ?? name, protect: nothing, remove: nothing };
  }
  if (endpoint !== undefined) {
    checkLength(endpoint);
    await clearStale(endpoint);
    return socketPlace(endpoint, nothing);
  }
  // mkdtemp makes the folder with mode 0700.
  const folder = await mkdtemp(join(tmpdir(), "keychain-auth-"));
  const path = join(folder, "agent.sock");
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    checkLength(path);
  } catch (error) {
    await remove();
    throw error;
  }
  return socketPlace(path, remove);
}

function socketPlace(endpoint: string, remove: () => Promise<void>): Place {
  return {
    endpoint,
    protect: () => chmod(endpoint, 0o600),
    remove,
  };
}

function checkLength(path: string): void {
  const most = platform === "darwin" ? 103 : 107;
  const length = new TextEncoder().encode(path).length;
  if (length > most) {
    throw new RangeError(`Cannot listen on "${path}": ${length} bytes, at most ${most} fit`);
  }
}

async function clearStale(path: string): Promise<void> {
  const stat = await lstat(path).catch((error: { code?: string }) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (stat === undefined) return;
  if (!stat.isSocket()) throw new Error(`Cannot listen on "${path}": it is not a socket`);
  if (await answers(path)) throw new Error(`Cannot listen on "${path}": it is in use`);
  await rm(path, { force: true });
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
      // Only a refusal shows that nobody listens.
      resolve(error.code !== "ECONNREFUSED");
    });
  });
}
