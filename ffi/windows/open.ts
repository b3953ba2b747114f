/**
 * Opens a named pipe: the flags, and the wait for a server that is between two instances.
 *
 * @module
 */

import { type Deadline, now as clock } from "../../src/clock.ts";
import { isLocalPipe } from "../../src/client/endpoint.ts";
import { SystemCallError } from "../../src/transport.ts";
import { Pause, TURN_LIMIT, turnTime } from "../loop_wait.ts";
import { utf16 } from "./utf16.ts";
import { type Handle, isInvalidHandle, type WinCalls } from "./calls.ts";
import * as c from "./constants.ts";
import { winError } from "./errors.ts";
import { PipeHandle } from "./handle.ts";

/** How long a pipe may be missing between two accepts of its server, in milliseconds. */
const GAP = 50;
/** How long one wait for an instance may block the event loop, in milliseconds. */
const GLANCE = 1;

/** Repeated attempts to open a pipe. */
class Opening {
  readonly #calls: WinCalls;
  readonly #name: Uint8Array;
  readonly #deadline: Deadline;
  /** When the pipe was first found missing. */
  #missing: number | undefined;

  constructor(calls: WinCalls, endpoint: string, deadline: Deadline) {
    if (!isLocalPipe(endpoint)) throw new SystemCallError("CreateFileW", "ERROR_INVALID_NAME");
    this.#calls = calls;
    this.#name = utf16(endpoint);
    this.#deadline = deadline;
  }

  /**
   * @returns The pipe, or why there is none yet.
   * @throws {SystemCallError} When it cannot be opened.
   */
  attempt(): PipeHandle | "busy" | "missing" {
    const handle = this.#calls.CreateFileW(
      this.#name,
      (c.GENERIC_READ | c.GENERIC_WRITE) >>> 0,
      c.SHARE_NONE,
      c.OPEN_EXISTING,
      c.FILE_FLAG_OVERLAPPED | c.SECURITY_SQOS_PRESENT | c.SECURITY_ANONYMOUS,
    );
    if (!isInvalidHandle(handle)) return this.#opened(handle);
    const code = this.#calls.GetLastError();
    if (code === c.ERROR_PIPE_BUSY) {
      if (this.#deadline.passed) throw new SystemCallError("CreateFileW", "ETIMEDOUT");
      this.#missing = undefined;
      return "busy";
    }
    const now = clock();
    const gap = now - (this.#missing ??= now) <= GAP && !this.#deadline.passed;
    if (gap && (code === c.ERROR_FILE_NOT_FOUND || code === 0)) return "missing";
    throw winError("CreateFileW", code);
  }

  /** Accepts only a pipe, whatever the name refers to. */
  #opened(handle: Handle): PipeHandle {
    if (this.#calls.GetFileType(handle) === c.FILE_TYPE_PIPE) {
      return new PipeHandle(this.#calls, handle);
    }
    this.#calls.CloseHandle(handle);
    throw winError("GetFileType", c.ERROR_BAD_PIPE);
  }

  /** Blocks the thread until a busy pipe has a free instance. */
  waitForInstance(milliseconds: number): boolean {
    // 0 means the server's own default.
    return this.#calls.WaitNamedPipeW(this.#name, Math.max(1, Math.ceil(milliseconds))) !== 0;
  }

  /** Blocks the thread for a time. */
  sleep(milliseconds: number): void {
    const never = this.#calls.CreateEventW(1, 0);
    if (isInvalidHandle(never)) return;
    this.#calls.WaitForSingleObject(never, milliseconds);
    this.#calls.CloseHandle(never);
  }
}

/**
 * Opens a pipe without blocking the event loop.
 *
 * @param calls The Windows calls.
 * @param endpoint The pipe's name.
 * @param deadline When to give up.
 * @throws {SystemCallError} `ERROR_FILE_NOT_FOUND`, `ERROR_ACCESS_DENIED`, …, or `ETIMEDOUT` when
 * every instance was in use until the deadline.
 */
export async function openPipe(
  calls: WinCalls,
  endpoint: string,
  deadline: Deadline,
): Promise<PipeHandle> {
  const opening = new Opening(calls, endpoint, deadline);
  const pause = new Pause();
  while (true) {
    const outcome = opening.attempt();
    if (typeof outcome === "object") return outcome;
    // Other clients may take each instance first, so the time of a turn is limited.
    const mayWait = turnTime() < TURN_LIMIT;
    if (outcome === "busy" && mayWait && opening.waitForInstance(GLANCE)) continue;
    await pause.next(deadline.remaining());
  }
}

/**
 * Opens a pipe, blocking the thread until it is open.
 *
 * @param calls The Windows calls.
 * @param endpoint The pipe's name.
 * @param deadline When to give up.
 * @throws {SystemCallError} As {@linkcode openPipe}.
 */
export function openPipeSync(calls: WinCalls, endpoint: string, deadline: Deadline): PipeHandle {
  const opening = new Opening(calls, endpoint, deadline);
  while (true) {
    const outcome = opening.attempt();
    if (typeof outcome === "object") return outcome;
    if (outcome === "busy") opening.waitForInstance(deadline.remaining());
    else opening.sleep(Math.min(5, deadline.remaining()));
  }
}
