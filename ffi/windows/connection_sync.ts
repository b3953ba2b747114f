/**
 * A connection over a named pipe that blocks the thread.
 *
 * @module
 */

import type { Deadline } from "../../src/clock.ts";
import type { ConnectionSync, PeerCredentials } from "../../src/transport.ts";
import { PipeReadBuffer } from "./pipe_read_buffer.ts";
import type { WinCalls } from "./calls.ts";
import { ERROR_BROKEN_PIPE } from "./constants.ts";
import { winError } from "./errors.ts";
import { CHUNK, type PipeHandle } from "./handle.ts";
import { openPipeSync } from "./open.ts";

/** The longest wait for a pending write before replies are checked again, in milliseconds. */
const LONGEST_SLICE = 16;

class PipeConnectionSync implements ConnectionSync {
  readonly peer: PeerCredentials;
  readonly #pipe: PipeHandle;
  readonly #buffer: PipeReadBuffer;
  readonly #onClosed: () => void;

  constructor(pipe: PipeHandle, onClosed: () => void) {
    this.#pipe = pipe;
    this.#onClosed = onClosed;
    this.#buffer = new PipeReadBuffer(pipe);
    this.peer = { pid: pipe.serverPid() };
  }

  read(into: Uint8Array, deadline: Deadline): number {
    while (true) {
      const count = this.#buffer.read(into);
      if (count !== undefined) return count;
      const remaining = deadline.remaining();
      if (remaining === 0) return -1;
      this.#pipe.waitReadable(remaining);
    }
  }

  write(bytes: Uint8Array, deadline: Deadline): number {
    let written = 0;
    while (written < bytes.length) {
      const part = bytes.subarray(written, written + CHUNK);
      const count = this.#pipe.write(part, written) ?? this.#finish(deadline);
      written += count;
      if (count < part.length) break;
    }
    return written;
  }

  /**
   * The server does not read, perhaps because it is writing itself, so receive replies meanwhile.
   */
  #finish(deadline: Deadline): number {
    let slice = 1;
    while (true) {
      const written = this.#pipe.written();
      if (written !== undefined) return written;
      const remaining = deadline.remaining();
      if (remaining === 0) return this.#pipe.cancelWrite();
      if (this.#buffer.fill()) slice = 1;
      else if (this.#pipe.available() >= 0) slice = Math.min(slice * 2, LONGEST_SLICE);
      // The write was refused, and its error number was lost.
      else throw winError("WriteFile", ERROR_BROKEN_PIPE);
      this.#pipe.waitWritten(Math.min(slice, remaining));
    }
  }

  quiet(): boolean {
    return this.#buffer.quiet();
  }

  inheritable(): boolean | undefined {
    return this.#pipe.inheritable();
  }

  close(): void {
    if (this.#pipe.closed) return;
    this.#pipe.close();
    this.#buffer.clear();
    this.#onClosed();
  }
}

/**
 * Connects to a named pipe without promises.
 *
 * @param calls The Windows calls.
 * @param endpoint The pipe's name, `\\.\pipe\…`.
 * @param deadline When to give up.
 * @param closed Called once when the connection makes no more calls.
 * @throws {SystemCallError} With the Windows name of the error, or `ETIMEDOUT`.
 */
export function connectPipeSync(
  calls: WinCalls,
  endpoint: string,
  deadline: Deadline,
  closed: () => void,
): ConnectionSync {
  return new PipeConnectionSync(openPipeSync(calls, endpoint, deadline), closed);
}
