/**
 * Names of Windows error numbers.
 *
 * @module
 */

import { SystemCallError } from "../../src/transport.ts";

/** Error numbers of opening and using a pipe, from winerror.h. */
const NAMES: Readonly<Record<number, string>> = {
  2: "ERROR_FILE_NOT_FOUND",
  3: "ERROR_PATH_NOT_FOUND",
  4: "ERROR_TOO_MANY_OPEN_FILES",
  5: "ERROR_ACCESS_DENIED",
  6: "ERROR_INVALID_HANDLE",
  8: "ERROR_NOT_ENOUGH_MEMORY",
  14: "ERROR_OUTOFMEMORY",
  32: "ERROR_SHARING_VIOLATION",
  53: "ERROR_BAD_NETPATH",
  87: "ERROR_INVALID_PARAMETER",
  109: "ERROR_BROKEN_PIPE",
  121: "ERROR_SEM_TIMEOUT",
  123: "ERROR_INVALID_NAME",
  161: "ERROR_BAD_PATHNAME",
  206: "ERROR_FILENAME_EXCED_RANGE",
  230: "ERROR_BAD_PIPE",
  231: "ERROR_PIPE_BUSY",
  232: "ERROR_NO_DATA",
  233: "ERROR_PIPE_NOT_CONNECTED",
  995: "ERROR_OPERATION_ABORTED",
  996: "ERROR_IO_INCOMPLETE",
  997: "ERROR_IO_PENDING",
  1450: "ERROR_NO_SYSTEM_RESOURCES",
  1816: "ERROR_NOT_ENOUGH_QUOTA",
};

/**
 * The symbolic name of a Windows error number.
 *
 * @param code The result of `GetLastError`; 0 means that it was lost.
 */
function winErrorName(code: number): string {
  return code === 0 ? "ERROR_UNKNOWN" : NAMES[code] ?? `ERROR_${code}`;
}

/**
 * The error for a call that failed.
 *
 * @param call The function, e.g. `CreateFileW`.
 * @param code What `GetLastError` gave.
 * @param written Bytes already written, for a write.
 */
export function winError(call: string, code: number, written?: number): SystemCallError {
  return new SystemCallError(call, winErrorName(code), written);
}
