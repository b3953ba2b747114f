/**
 * The kernel32 functions with their C types, written once for every runtime.
 *
 * @module
 */

import { type Loader, loadFunctions } from "../load.ts";
import type { Handle, WinCalls } from "./calls.ts";

/** The C types of these functions; `memory` is a pointer to a byte array. */
export type WinType = "HANDLE" | "DWORD" | "BOOL" | "memory" | "NULL";

type Functions = Exclude<keyof WinCalls, "unload">;

/** Parameters and, last, the result. */
export const WIN_SYMBOLS = {
  // name, access, share, security, disposition, flags, template
  CreateFileW: ["memory", "DWORD", "DWORD", "NULL", "DWORD", "DWORD", "NULL", "HANDLE"],
  // security, manual reset, initial state, name
  CreateEventW: ["NULL", "BOOL", "BOOL", "NULL", "HANDLE"],
  // file, into, length, count, overlapped
  ReadFile: ["HANDLE", "memory", "DWORD", "NULL", "memory", "BOOL"],
  // file, bytes, length, count, overlapped
  WriteFile: ["HANDLE", "memory", "DWORD", "NULL", "memory", "BOOL"],
  // file, overlapped, count, wait
  GetOverlappedResult: ["HANDLE", "memory", "memory", "BOOL", "BOOL"],
  // file, overlapped
  CancelIoEx: ["HANDLE", "memory", "BOOL"],
  // pipe, into, length, read, available, left in this message
  PeekNamedPipe: ["HANDLE", "NULL", "DWORD", "NULL", "memory", "NULL", "BOOL"],
  // name, milliseconds
  WaitNamedPipeW: ["memory", "DWORD", "BOOL"],
  // object, milliseconds
  WaitForSingleObject: ["HANDLE", "DWORD", "DWORD"],
  SwitchToThread: ["BOOL"],
  // file
  GetFileType: ["HANDLE", "DWORD"],
  // object, flags
  GetHandleInformation: ["HANDLE", "memory", "BOOL"],
  // pipe, process id
  GetNamedPipeServerProcessId: ["HANDLE", "memory", "BOOL"],
  // object
  CloseHandle: ["HANDLE", "BOOL"],
  GetLastError: ["DWORD"],
} as const satisfies { readonly [Name in Functions]: readonly [...WinType[], WinType] };

type WinFunctions = {
  readonly [Name in Functions]: (
    ...values: (Handle | Uint8Array | null)[]
  ) => Handle;
};

/** How a runtime loads kernel32. */
export interface WinLoader<D> extends Loader<D> {
  /** The runtime's name for each C type. */
  readonly types: Readonly<Record<WinType, string>>;
  /**
   * Converts a handle into the form that the runtime expects as an argument. Default: unchanged.
   */
  readonly toHandle?: (handle: Handle) => Handle;
}

/**
 * Loads kernel32 and returns its calls.
 *
 * @param paths Where it may be.
 * @param loader How this runtime loads functions.
 * @throws {unknown} The error of the first path, when none works.
 */
export function loadWinCalls<D>(paths: readonly string[], loader: WinLoader<D>): WinCalls {
  const { types, toHandle: h = (handle) => handle } = loader;
  const { functions: f, close } = loadFunctions<D, WinType, WinFunctions>(
    paths,
    loader,
    types,
    WIN_SYMBOLS,
  );
  return {
    CreateFileW: (name, access, share, disposition, flags) =>
      f.CreateFileW(name, access, share, null, disposition, flags, null),
    CreateEventW: (manual, initial) => f.CreateEventW(null, manual, initial, null),
    ReadFile: (file, into, length, overlapped) =>
      Number(f.ReadFile(h(file), into, length, null, overlapped)),
    WriteFile: (file, bytes, length, overlapped) =>
      Number(f.WriteFile(h(file), bytes, length, null, overlapped)),
    GetOverlappedResult: (file, overlapped, count, wait) =>
      Number(f.GetOverlappedResult(h(file), overlapped, count, wait)),
    CancelIoEx: (file, overlapped) => Number(f.CancelIoEx(h(file), overlapped)),
    PeekNamedPipe: (pipe, available) =>
      Number(f.PeekNamedPipe(h(pipe), null, 0, null, available, null)),
    WaitNamedPipeW: (name, ms) => Number(f.WaitNamedPipeW(name, ms)),
    WaitForSingleObject: (object, ms) => Number(f.WaitForSingleObject(h(object), ms)),
    SwitchToThread: () => Number(f.SwitchToThread()),
    GetFileType: (file) => Number(f.GetFileType(h(file))),
    GetHandleInformation: (object, flags) => Number(f.GetHandleInformation(h(object), flags)),
    GetNamedPipeServerProcessId: (pipe, pid) => Number(f.GetNamedPipeServerProcessId(h(pipe), pid)),
    CloseHandle: (object) => Number(f.CloseHandle(h(object))),
    GetLastError: () => Number(f.GetLastError()),
    unload: close,
  };
}
