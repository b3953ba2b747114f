/**
 * Opening a socket of node:net, with patience for a daemon that is busy.
 *
 * @module
 */

import { connect, type Socket } from "node:net";
import type { Deadline } from "../src/deadline.ts";
import { SystemCallError } from "../src/transport.ts";
import { codeOf, systemError } from "./node_errors.ts";

/** Milliseconds between two attempts to connect. */
const AGAIN = 5;
/** How long a pipe may be missing between two accepts of its server, in milliseconds. */
const GAP = 50;
/** The longest that an attempt goes on after nobody waits for it any more, in milliseconds. */
const LOOK = 50;

/**
 * Opens a socket.
 *
 * @param endpoint A socket path, or a pipe name on Windows.
 * @param deadline When to give up.
 * @throws {SystemCallError} With the name of the error, or `ETIMEDOUT`.
 */
export function openSocket(endpoint: string, deadline: Deadline): Promise<Socket> {
  return patiently(() => openOnce(endpoint, deadline), deadline);
}

/**
 * Tries again for as long as the daemon is there but busy.
 *
 * @param attempt Connects once.
 * @param deadline When to give up.
 * @throws {SystemCallError} What the last attempt threw, or `ETIMEDOUT`.
 */
export async function patiently<T>(attempt: () => Promise<T>, deadline: Deadline): Promise<T> {
  let missing = 0;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const { code } = error as Partial<SystemCallError>;
      // The daemon takes nobody until it has accepted somebody.
      const full = code === "EAGAIN" || code === "ERROR_PIPE_BUSY";
      if (full && deadline.passed) throw new SystemCallError("connect", "ETIMEDOUT");
      // Without the time of the attempts: while a pipe is busy, node:net itself waits in them.
      missing = full ? 0 : missing + AGAIN;
      const gap = code === "ERROR_FILE_NOT_FOUND" && missing <= GAP;
      if (!full && (!gap || deadline.passed)) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
  }
}

async function openOnce(endpoint: string, deadline: Deadline): Promise<Socket> {
  const socket = connect({ path: endpoint });
  try {
    await new Promise<void>((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout>;
      // In steps, because the deadline ends before its time when the client is closed.
      const look = (): void => {
        if (deadline.passed) return reject(new SystemCallError("connect", "ETIMEDOUT"));
        timer = setTimeout(look, Math.min(Math.ceil(deadline.remaining()), LOOK));
      };
      look();
      const connected = (): void => {
        clearTimeout(timer);
        resolve();
      };
      socket.once("connect", connected);
      // Who was taken and left at once was connected all the same: Bun tells the end of it only.
      socket.once("close", connected);
      socket.once("error", (error: Error) => {
        if (codeOf(error) === "ECONNRESET") return connected();
        clearTimeout(timer);
        reject(systemError("connect", error));
      });
    });
    return socket;
  } catch (error) {
    socket.on("error", () => {/* told already */});
    socket.destroy();
    throw error;
  }
}
