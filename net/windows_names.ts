/**
 * The Windows names of errors for which node:net uses POSIX names.
 *
 * @module
 */

const NAMES: Readonly<Record<string, string>> = {
  ENOENT: "ERROR_FILE_NOT_FOUND",
  EPERM: "ERROR_ACCESS_DENIED",
  EACCES: "ERROR_ACCESS_DENIED",
  EBUSY: "ERROR_PIPE_BUSY",
  EMFILE: "ERROR_TOO_MANY_OPEN_FILES",
  EOF: "ERROR_BROKEN_PIPE",
  EPIPE: "ERROR_NO_DATA",
  ECONNRESET: "ERROR_PIPE_NOT_CONNECTED",
};

/** @returns The name that Windows has for it, or `code` itself. */
export function windowsName(code: string): string {
  return NAMES[code] ?? code;
}
