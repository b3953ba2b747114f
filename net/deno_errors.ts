/**
 * Maps errors of Deno to the system's error names.
 *
 * @module
 */

/** Deno's classes of errors that have no `code`. */
const CODES: Readonly<Record<string, string>> = {
  NotFound: "ENOENT",
  PermissionDenied: "EACCES",
  ConnectionRefused: "ECONNREFUSED",
  ConnectionReset: "ECONNRESET",
  ConnectionAborted: "ECONNABORTED",
  BrokenPipe: "EPIPE",
  WouldBlock: "EAGAIN",
  NotADirectory: "ENOTDIR",
};

/** @returns The system's name for an error of Deno, Bun or Node. */
export function denoCode(error: unknown): string {
  const { code, name } = error as { code?: unknown; name: string };
  return typeof code === "string" ? code : CODES[name] ?? name;
}
