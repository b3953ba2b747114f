/** A table of Windows calls over one pretended pipe, whose far end the test plays. */
import type { Handle, WinCalls } from "../../ffi/windows/calls.ts";

const STATUS_PENDING = 0x103;
const ERROR_IO_INCOMPLETE = 996;
const ERROR_IO_PENDING = 997;
const ERROR_OPERATION_ABORTED = 995;
const ERROR_NOT_FOUND = 1168;
const WAIT_OBJECT_0 = 0;
const WAIT_TIMEOUT = 258;

/** A call that was left pending: what it is about and how it ended. */
interface Pending {
  bytes?: Uint8Array;
  done?: number;
  error?: number;
  /** It failed at once, which leaves the OVERLAPPED as if it went on. */
  refused?: boolean;
}

/** Windows, as far as a pipe client sees it. */
export class FakeWindows implements WinCalls {
  /** Every call in order, by name. */
  readonly log: string[] = [];
  /** The arguments of every `CreateFileW`. */
  readonly opened: Record<string, unknown>[] = [];
  /** What `CreateFileW` gives: a handle and an error number. Then a good handle. */
  openResults: [Handle, number][] = [];
  /** The arguments of every `WaitNamedPipeW`, which says that an instance is free. */
  readonly waits: [string, number][] = [];
  /** Told of each of them. */
  onWait: (() => void) | undefined;
  /** Handles that were not closed. */
  readonly openHandles: Handle[] = [];
  /** What `GetFileType` gives. */
  fileType = 3;
  /** What `GetHandleInformation` gives. */
  handleFlags = 0;
  /** What the far end has sent. */
  readonly incoming: number[] = [];
  /** Why nothing more comes once `incoming` is empty. */
  peekError = 0;
  /** Told after a read. */
  onRead: (() => void) | undefined;
  /** How many bytes the far end takes. */
  writable = Infinity;
  /** What it has taken. */
  readonly taken: number[] = [];
  /** Told of a write before anything is taken. */
  onWrite: (() => void) | undefined;
  /** Why it takes no more. */
  writeError = 0;
  /** Why a pending call cannot be cancelled. */
  cancelError = 0;
  /** Told before a pending call is cancelled. */
  onCancel: (() => void) | undefined;
  /** The memory of every read, which is not a copy. */
  readonly readMemory: Uint8Array[] = [];
  /** The memory of the last write, which is not a copy. */
  lastWritten: Uint8Array = new Uint8Array();
  /** How many of the next error numbers the runtime loses. */
  lostErrors = 0;
  /** Whether kernel32 was unloaded. */
  unloaded = false;
  readonly #pending = new Map<Uint8Array, Pending>();
  #error = 0;
  #next = 1_000;

  /** Reads that were left pending. */
  get pendingReads(): number {
    return [...this.#pending.values()].filter(({ bytes, done, error, refused }) =>
      bytes === undefined && done === undefined && error === undefined && !refused
    ).length;
  }

  CreateFileW(
    name: Uint8Array,
    access: number,
    share: number,
    disposition: number,
    flags: number,
  ): Handle {
    this.opened.push({ name: textOf(name), access, share, disposition, flags });
    const [handle, error] = this.openResults.shift() ?? [64, 0];
    this.#error = error;
    if (error === 0 && handle === 64) this.openHandles.push(handle);
    return handle;
  }

  CreateEventW(_manual: number, _initial: number): Handle {
    const event = this.#next++;
    this.openHandles.push(event);
    return event;
  }

  ReadFile(_handle: Handle, into: Uint8Array, length: number, state: Uint8Array): number {
    this.log.push("ReadFile");
    this.readMemory.push(into);
    if (this.incoming.length === 0) {
      if (this.peekError !== 0) return this.#refuse(state, this.peekError);
      this.#pending.set(state, {});
      setInternal(state, STATUS_PENDING);
      return this.#fail(ERROR_IO_PENDING);
    }
    const bytes = this.incoming.splice(0, length);
    into.set(bytes);
    this.#pending.set(state, { done: bytes.length });
    this.onRead?.();
    return 1;
  }

  WriteFile(_handle: Handle, bytes: Uint8Array, length: number, state: Uint8Array): number {
    this.log.push("WriteFile");
    this.onWrite?.();
    if (this.writeError !== 0) return this.#refuse(state, this.writeError);
    this.lastWritten = bytes.subarray(0, length);
    this.#pending.set(state, { bytes: this.lastWritten });
    return this.#take(state) ? 1 : this.#fail(ERROR_IO_PENDING);
  }

  GetOverlappedResult(
    _handle: Handle,
    state: Uint8Array,
    count: Uint8Array,
    wait: number,
  ): number {
    const pending = this.#pending.get(state);
    if (pending === undefined) throw new Error("GetOverlappedResult of a call never made");
    this.#take(state);
    if (pending.refused) {
      if (wait !== 0) throw new Error("Waits for ever");
      return this.#fail(ERROR_IO_INCOMPLETE);
    }
    if (pending.bytes === undefined && this.incoming.length > 0) pending.done ??= 0;
    if (pending.error !== undefined) return this.#fail(pending.error);
    if (pending.done === undefined) {
      if (wait !== 0) throw new Error("Waits for ever");
      return this.#fail(ERROR_IO_INCOMPLETE);
    }
    setUint32(count, pending.done);
    return 1;
  }

  CancelIoEx(_handle: Handle, state: Uint8Array): number {
    this.log.push("CancelIoEx");
    this.onCancel?.();
    this.#take(state);
    if (this.cancelError !== 0) return this.#fail(this.cancelError);
    const pending = this.#pending.get(state);
    if (pending === undefined || pending.done !== undefined || pending.refused) {
      return this.#fail(ERROR_NOT_FOUND);
    }
    pending.error = ERROR_OPERATION_ABORTED;
    return 1;
  }

  PeekNamedPipe(_handle: Handle, available: Uint8Array): number {
    if (this.incoming.length === 0 && this.peekError !== 0) return this.#fail(this.peekError);
    setUint32(available, this.incoming.length);
    return 1;
  }

  WaitNamedPipeW(name: Uint8Array, milliseconds: number): number {
    this.waits.push([textOf(name), milliseconds]);
    this.onWait?.();
    return 1;
  }

  WaitForSingleObject(_handle: Handle, milliseconds: number): number {
    for (const state of this.#pending.keys()) if (this.#take(state)) return WAIT_OBJECT_0;
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
    return WAIT_TIMEOUT;
  }

  SwitchToThread(): number {
    return 0;
  }

  GetFileType(_handle: Handle): number {
    return this.fileType;
  }

  GetHandleInformation(_handle: Handle, flags: Uint8Array): number {
    setUint32(flags, this.handleFlags);
    return 1;
  }

  GetNamedPipeServerProcessId(_handle: Handle, pid: Uint8Array): number {
    setUint32(pid, 4_321);
    return 1;
  }

  CloseHandle(handle: Handle): number {
    this.log.push("CloseHandle");
    const index = this.openHandles.indexOf(handle);
    if (index < 0) throw new Error(`Handle ${handle} is closed twice`);
    this.openHandles.splice(index, 1);
    return 1;
  }

  GetLastError(): number {
    return this.lostErrors-- > 0 ? 0 : this.#error;
  }

  unload(): void {
    this.unloaded = true;
  }

  /** Lets the far end take a pending write, all of it or nothing, as far as it wants to. */
  #take(state: Uint8Array): boolean {
    const pending = this.#pending.get(state);
    if (pending?.bytes === undefined || pending.error !== undefined) return false;
    if (pending.done !== undefined) return true;
    const count = Math.min(this.writable, pending.bytes.length);
    this.taken.push(...pending.bytes.subarray(0, count));
    this.writable -= count;
    pending.bytes = pending.bytes.subarray(count);
    if (pending.bytes.length > 0) return false;
    pending.done = this.lastWritten.length;
    setInternal(state, 0);
    return true;
  }

  #refuse(state: Uint8Array, error: number): 0 {
    this.#pending.set(state, { refused: true });
    setInternal(state, STATUS_PENDING);
    return this.#fail(error);
  }

  #fail(error: number): 0 {
    this.#error = error;
    return 0;
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-16le").decode(bytes.subarray(0, -2));
}

function setUint32(bytes: Uint8Array, value: number): void {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(0, value, true);
}

function setInternal(state: Uint8Array, status: number): void {
  new DataView(state.buffer, state.byteOffset).setBigUint64(0, BigInt(status), true);
}
