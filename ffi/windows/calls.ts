/**
 * The Windows calls that the pipe code needs, in a form that a runtime only has to bind: numbers in
 * and out, memory as byte arrays, without arguments that are always NULL. Tests pass their own
 * table.
 *
 * @module
 */

/** A Windows handle. Some runtimes return 64-bit values as numbers, some as bigint. */
export type Handle = number | bigint;

/**
 * One runtime's binding of kernel32. Results declared `BOOL` are 0 for failure; `GetLastError` then
 * says why. Names, order and meaning are those of the Windows headers.
 */
export interface WinCalls {
  /**
   * `HANDLE CreateFileW(LPCWSTR name, DWORD access, DWORD share, NULL, DWORD disposition,
   * DWORD flags, NULL)`, fileapi.h. No security attributes: the handle is not inheritable.
   */
  CreateFileW(
    name: Uint8Array,
    access: number,
    share: number,
    disposition: number,
    flags: number,
  ): Handle;
  /** `HANDLE CreateEventW(NULL, BOOL manualReset, BOOL initialState, NULL)`, synchapi.h. */
  CreateEventW(manualReset: number, initialState: number): Handle;
  /** `BOOL ReadFile(HANDLE, LPVOID into, DWORD length, NULL, LPOVERLAPPED)`, fileapi.h. */
  ReadFile(handle: Handle, into: Uint8Array, length: number, overlapped: Uint8Array): number;
  /** `BOOL WriteFile(HANDLE, LPCVOID bytes, DWORD length, NULL, LPOVERLAPPED)`, fileapi.h. */
  WriteFile(handle: Handle, bytes: Uint8Array, length: number, overlapped: Uint8Array): number;
  /** `BOOL GetOverlappedResult(HANDLE, LPOVERLAPPED, LPDWORD count, BOOL wait)`, ioapiset.h. */
  GetOverlappedResult(
    handle: Handle,
    overlapped: Uint8Array,
    count: Uint8Array,
    wait: number,
  ): number;
  /** `BOOL CancelIoEx(HANDLE, LPOVERLAPPED)`, ioapiset.h. */
  CancelIoEx(handle: Handle, overlapped: Uint8Array): number;
  /** `BOOL PeekNamedPipe(HANDLE, NULL, 0, NULL, LPDWORD available, NULL)`, namedpipeapi.h. */
  PeekNamedPipe(handle: Handle, available: Uint8Array): number;
  /** `BOOL WaitNamedPipeW(LPCWSTR name, DWORD milliseconds)`, namedpipeapi.h. */
  WaitNamedPipeW(name: Uint8Array, milliseconds: number): number;
  /** `DWORD WaitForSingleObject(HANDLE, DWORD milliseconds)`, synchapi.h. */
  WaitForSingleObject(handle: Handle, milliseconds: number): number;
  /** `BOOL SwitchToThread(void)`, processthreadsapi.h. */
  SwitchToThread(): number;
  /** `DWORD GetFileType(HANDLE)`, fileapi.h. */
  GetFileType(handle: Handle): number;
  /** `BOOL GetHandleInformation(HANDLE, LPDWORD flags)`, handleapi.h. */
  GetHandleInformation(handle: Handle, flags: Uint8Array): number;
  /** `BOOL GetNamedPipeServerProcessId(HANDLE, PULONG pid)`, winbase.h. */
  GetNamedPipeServerProcessId(handle: Handle, pid: Uint8Array): number;
  /** `BOOL CloseHandle(HANDLE)`, handleapi.h. */
  CloseHandle(handle: Handle): number;
  /**
   * `DWORD GetLastError(void)`, errhandlingapi.h: the error of the previous call. The runtime may
   * have made its own calls in between, so 0 after a failure means unknown, not success.
   */
  GetLastError(): number;
  /** Unloads kernel32. No call may be made after this. */
  unload(): void;
}

/**
 * Whether `handle` is INVALID_HANDLE_VALUE or NULL, in any form that a runtime returns: -1 signed,
 * 2^64 - 1 unsigned, each as number or bigint.
 *
 * @param handle The result of a call.
 */
export function isInvalidHandle(handle: Handle): boolean {
  const value = BigInt.asIntN(64, typeof handle === "bigint" ? handle : BigInt(handle));
  return value === -1n || value === 0n;
}
