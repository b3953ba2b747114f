/**
 * Opening a socket of node:net.
 *
 * @module
 */

import type { Socket } from "node:net";
import { clearTimer, type Deadline, setTimer, type Timer } from "../src/clock.ts";
import { SystemCallError } from "../src/transport.ts";
import { codeOf, systemError } from "./node_errors.ts";
import { retryWhileBusy } from "./retry_while_busy.ts";

/** How long an attempt may continue after the client was closed, in milliseconds. */
const LOOK = 50;
/** The buffer that the runtime receives into. */
const RECEIVE = 64 * 1024;

/**
 * Opens a socket.
 *
 * @param endpoint A socket path, or a pipe name on Windows.
 * @param deadline When to give up.
 * @param received Called with the received bytes, which are overwritten when it returns.
 * @throws {SystemCallError} With the name of the error, or `ETIMEDOUT`.
 */
export async function openSocket(
  endpoint: string,
  deadline: Deadline,
  received: (chunk: Uint8Array) => void,
): Promise<Socket> {
  // Not a static import: bundlers would move it to the top of a script that never needs it.
  const { connect } = await import("node:net");
  return await retryWhileBusy(() => {
    // Our own buffer can be overwritten; a buffer of the runtime cannot.
    const buffer = new Uint8Array(RECEIVE);
    const callback = (count: number): boolean => {
      const bytes = buffer.subarray(0, count);
      received(bytes);
      bytes.fill(0);
      return true;
    };
    return connected(connect({ path: endpoint, onread: { buffer, callback } }), deadline);
  }, deadline);
}

async function connected(socket: Socket, deadline: Deadline): Promise<Socket> {
  try {
    await new Promise<void>((resolve, reject) => {
      let timer: Timer;
      // In steps, because closing the client ends the deadline early.
      const look = (): void => {
        if (deadline.passed) return reject(new SystemCallError("connect", "ETIMEDOUT"));
        timer = setTimer(look, Math.min(deadline.remaining(), LOOK));
      };
      look();
      const done = (): void => {
        clearTimer(timer);
        resolve();
      };
      socket.once("connect", done);
      // For a socket that was accepted and closed at once, Bun reports only the close.
      socket.once("close", done);
      socket.once("error", (error: Error) => {
        if (codeOf(error) === "ECONNRESET") return done();
        clearTimer(timer);
        reject(systemError("connect", error));
      });
    });
    return socket;
  } catch (error) {
    socket.on("error", () => {/* reported already */});
    socket.destroy();
    throw error;
  }
}
