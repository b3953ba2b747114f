/**
 * What each runtime's binding provides to the transport.
 *
 * @module
 */

import type { PosixCalls, PosixConstants } from "./posix/calls.ts";

/** Whether a runtime may load libraries. */
export interface Gate {
  /**
   * Checks without prompting and without loading anything.
   *
   * @param paths Where the library may be, in order of preference.
   * @returns Why FFI cannot be used, or `undefined`.
   */
  obstacle(paths: readonly string[]): string | undefined;
}

/** The obstacle of a runtime whose permissions do not allow FFI. */
export const NOT_PERMITTED = "--allow-ffi is not granted";

/** One runtime's binding of libc. Loads nothing until `posixCalls()` is called. */
export interface PosixBinding extends Gate {
  /**
   * @param constants The numbers of this system.
   * @param paths Where libc may be, in order of preference.
   * @throws {Error} When it cannot be loaded.
   */
  posixCalls(constants: PosixConstants, paths: readonly string[]): PosixCalls;
}
