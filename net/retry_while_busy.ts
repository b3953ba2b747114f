/**
 * Connecting again while the daemon is busy.
 *
 * @module
 */

import { type Deadline, setTimer } from "../src/clock.ts";
import { SystemCallError } from "../src/transport.ts";

/** Milliseconds between two attempts to connect. */
const AGAIN = 5;
/** How long a pipe may be missing between two accepts of its server, in milliseconds. */
const GAP = 50;

/**
 * Connects, and retries while the daemon exists but is busy.
 *
 * @param attempt Connects once.
 * @param deadline When to give up.
 * @throws {SystemCallError} The error of the last attempt, or `ETIMEDOUT`.
 */
export async function retryWhileBusy<T>(attempt: () => Promise<T>, deadline: Deadline): Promise<T> {
  let missing = 0;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const { code } = error as Partial<SystemCallError>;
      // The queue of connections is full until the daemon accepts one.
      const full = code === "EAGAIN" || code === "ERROR_PIPE_BUSY";
      if (full && deadline.passed) throw new SystemCallError("connect", "ETIMEDOUT");
      // Counts only the pauses, because node:net waits inside an attempt while a pipe is busy.
      missing = full ? 0 : missing + AGAIN;
      const gap = code === "ERROR_FILE_NOT_FOUND" && missing <= GAP;
      if (!full && (!gap || deadline.passed)) throw error;
      await new Promise<void>((resolve) => setTimer(resolve, AGAIN));
    }
  }
}
