/**
 * The open end of a named pipe, in single steps with time limits.
 *
 * The handle is opened for overlapped calls, so that a write can stay pending while replies are read.
 * A read is made only when `PeekNamedPipe` reports bytes, so no read is ever left pending. The bytes of
 * a pending write are in memory that belongs to this object and does not move. The write is settled
 * before the handle is closed.
 *
 * @module
 */

import { type Handle, isInvalidHandle, type WinCalls } from "./calls.ts";
import * as c from "./constants.ts";
import { winError } from "./errors.ts";

/** The most bytes of one write: a whole request line. */
export const CHUNK = 65_536;

const READ = 0;
const WRITE = READ + c.OVERLAPPED_SIZE;
const COUNT = WRITE + c.OVERLAPPED_SIZE;
const STRUCTS = COUNT + 8;

/** The longest wait for a read that may never have begun, in milliseconds. */
const DOUBT = 16;

/** Memory of calls that Windows neither ended nor cancelled. It must never be used again. */
const lost = new Set<Uint8Array>();

export class PipeHandle {
  readonly #calls: WinCalls;
  readonly #handle: Handle;
  readonly #readEvent: Handle;
  readonly #writeEvent: Handle;
  readonly #view: DataView<ArrayBuffer>;
  readonly #readState: Uint8Array;
  readonly #writeState: Uint8Array;
  readonly #count: Uint8Array;
  readonly #staging: Uint8Array;
  /** Bytes of the write that is pending, which Windows may still be reading. */
  #pending = 0;
  #closed = false;

  /**
   * @param calls The Windows calls.
   * @param handle The result of `CreateFileW`; closed with this object, even when this throws.
   * @throws {SystemCallError} When no event can be created.
   */
  constructor(calls: WinCalls, handle: Handle) {
    this.#calls = calls;
    this.#handle = handle;
    const memory = new ArrayBuffer(STRUCTS + CHUNK);
    this.#view = new DataView(memory);
    this.#readState = new Uint8Array(memory, READ, c.OVERLAPPED_SIZE);
    this.#writeState = new Uint8Array(memory, WRITE, c.OVERLAPPED_SIZE);
    this.#count = new Uint8Array(memory, COUNT, 4);
    this.#staging = new Uint8Array(memory, STRUCTS, CHUNK);
    this.#readEvent = calls.CreateEventW(1, 0);
    this.#writeEvent = calls.CreateEventW(1, 0);
    if (isInvalidHandle(this.#readEvent) || isInvalidHandle(this.#writeEvent)) {
      const error = winError("CreateEventW", calls.GetLastError());
      this.close();
      throw error;
    }
    this.#view.setBigUint64(READ + c.OVERLAPPED_EVENT, BigInt(this.#readEvent), true);
    this.#view.setBigUint64(WRITE + c.OVERLAPPED_EVENT, BigInt(this.#writeEvent), true);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Process id of the server, or `undefined` when Windows does not report it. */
  serverPid(): number | undefined {
    if (this.#calls.GetNamedPipeServerProcessId(this.#handle, this.#count) === 0) return undefined;
    return this.#result();
  }

  /** Whether a child process would inherit the handle, or `undefined` when it is closed. */
  inheritable(): boolean | undefined {
    if (this.#closed) return undefined;
    if (this.#calls.GetHandleInformation(this.#handle, this.#count) === 0) return undefined;
    return (this.#result() & c.HANDLE_FLAG_INHERIT) !== 0;
  }

  /**
   * How many bytes can be read at once: 0 for none yet, -1 for never again.
   *
   * @throws {SystemCallError} When the connection was lost rather than closed.
   */
  available(): number {
    if (this.#closed || lost.has(this.#readState)) return -1;
    if (this.#calls.PeekNamedPipe(this.#handle, this.#count) !== 0) return this.#result();
    const code = this.#calls.GetLastError();
    if (code === c.ERROR_BROKEN_PIPE) return -1;
    throw winError("PeekNamedPipe", code);
  }

  /**
   * Reads the bytes that {@linkcode available} reported.
   *
   * @returns The number of bytes; 0 when there were none.
   * @throws {SystemCallError} When the connection was lost.
   */
  read(into: Uint8Array, length: number): number {
    const calls = this.#calls;
    if (calls.ReadFile(this.#handle, into, length, this.#readState) === 0) {
      const code = calls.GetLastError();
      if (code === c.ERROR_BROKEN_PIPE) return 0;
      if (code !== c.ERROR_IO_PENDING && code !== 0) throw winError("ReadFile", code);
    }
    return this.#settle(this.#readState, into) ?? 0;
  }

  /**
   * Blocks the thread until something can be read or the pipe has ended, with a pending read of
   * zero bytes, which consumes nothing.
   *
   * @param milliseconds At most 2^31 - 1.
   */
  waitReadable(milliseconds: number): void {
    const calls = this.#calls;
    if (calls.ReadFile(this.#handle, this.#staging, 0, this.#readState) === 0) {
      const code = calls.GetLastError();
      if (code !== c.ERROR_IO_PENDING && code !== 0) return;
      // The error number was lost, so perhaps nothing is pending: let the caller check again soon.
      const longest = code === 0 ? DOUBT : Infinity;
      calls.WaitForSingleObject(this.#readEvent, Math.min(Math.ceil(milliseconds), longest));
    }
    this.#settle(this.#readState, this.#staging);
  }

  /** Blocks the thread until the pending write is done or the time has passed. */
  waitWritten(milliseconds: number): void {
    this.#calls.WaitForSingleObject(this.#writeEvent, Math.ceil(milliseconds));
  }

  /** Lets another thread run, if one is ready. */
  yield(): void {
    this.#calls.SwitchToThread();
  }

  /**
   * Starts a write.
   *
   * @param bytes At most {@linkcode CHUNK}; copied.
   * @param before Bytes of the same write that were already sent, for errors.
   * @returns The number of bytes written, or `undefined` while the write is pending: then call
   * {@linkcode written}.
   * @throws {SystemCallError} When the connection was lost.
   */
  write(bytes: Uint8Array, before: number): number | undefined {
    const calls = this.#calls;
    if (this.#closed || lost.has(this.#writeState)) {
      throw winError("WriteFile", c.ERROR_OPERATION_ABORTED, before);
    }
    this.#staging.set(bytes);
    this.#pending = bytes.length;
    if (calls.WriteFile(this.#handle, this.#staging, bytes.length, this.#writeState) === 0) {
      const code = calls.GetLastError();
      if (code !== c.ERROR_IO_PENDING && code !== 0) {
        this.#writeEnded();
        // Refused at once, so nothing was sent.
        throw winError("WriteFile", code, before);
      }
    }
    return this.written();
  }

  /**
   * How many bytes the last write has written, or `undefined` while it is pending.
   *
   * @throws {SystemCallError} When the connection was lost.
   */
  written(): number | undefined {
    const calls = this.#calls;
    if (this.#closed) throw winError("WriteFile", c.ERROR_OPERATION_ABORTED);
    if (calls.GetOverlappedResult(this.#handle, this.#writeState, this.#count, 0) !== 0) {
      const written = this.#result();
      this.#writeEnded();
      return written;
    }
    const code = calls.GetLastError();
    if (code === c.ERROR_IO_INCOMPLETE || code === 0) return undefined;
    this.#writeEnded();
    throw winError("WriteFile", code);
  }

  /**
   * Cancels a pending write.
   *
   * @returns How many bytes it has written or may still write: all of them when it was done before
   * it could be cancelled. Windows does not report how much of a cancelled write was sent.
   */
  cancelWrite(): number {
    const pending = this.#pending;
    if (pending === 0) return 0;
    const written = this.#settle(this.#writeState, this.#staging) ?? pending;
    this.#writeEnded();
    return written;
  }

  close(): void {
    if (this.#closed) return;
    this.cancelWrite();
    this.#closed = true;
    this.#calls.CloseHandle(this.#handle);
    for (const event of [this.#readEvent, this.#writeEvent]) {
      if (!isInvalidHandle(event)) this.#calls.CloseHandle(event);
    }
  }

  /**
   * Cancels a call that is still pending and waits until Windows has released its memory.
   *
   * @param bytes The further memory of the call, in addition to `state`.
   * @returns The number of bytes; `undefined` when the call may still be under way.
   */
  #settle(state: Uint8Array, bytes: Uint8Array): number | undefined {
    const calls = this.#calls;
    if (calls.GetOverlappedResult(this.#handle, state, this.#count, 0) !== 0) return this.#result();
    // A call that is not found has already ended, so wait only for a found one.
    const found = calls.CancelIoEx(this.#handle, state) !== 0;
    const ended = found || calls.GetLastError() === c.ERROR_NOT_FOUND;
    const ok = calls.GetOverlappedResult(this.#handle, state, this.#count, found ? 1 : 0);
    if (ok !== 0) return this.#result();
    if (ended) return 0;
    // A wait here might never end.
    lost.add(state).add(bytes);
    return undefined;
  }

  /** Overwrites the memory of a write that has ended. */
  #writeEnded(): void {
    this.#staging.fill(0, 0, this.#pending);
    this.#pending = 0;
  }

  #result(): number {
    return this.#view.getUint32(COUNT, true);
  }
}
