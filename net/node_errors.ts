/**
 * Maps errors of node:net to the system's error names.
 *
 * @module
 */

import { runtime } from "../src/runtime.ts";
import { SystemCallError } from "../src/transport.ts";
import { windowsName } from "./windows_names.ts";

/** @returns The name that the runtime gives an error. */
export function codeOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name: string };
  return typeof code === "string" ? code : name;
}

/**
 * @param call The function that failed.
 * @param error The runtime's error.
 * @param written Bytes already written, for a write.
 */
export function systemError(call: string, error: unknown, written?: number): SystemCallError {
  if (error instanceof SystemCallError) return error;
  const code = codeOf(error);
  return new SystemCallError(
    call,
    runtime.system === "windows" ? windowsName(code) : code,
    written,
  );
}
