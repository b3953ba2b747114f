/**
 * What each runtime's binding gives to the transport.
 *
 * @module
 */

import type { PosixCalls } from "./posix/calls.ts";
import type { PosixConstants } from "./posix/constants.ts";

/** Why a runtime's FFI cannot be used now. */
export interface Obstacle {
  /** In words. */
  readonly reason: string;
  /** Flags that would permit it, when only a permission is missing. */
  readonly flags?: readonly string[];
}

/** Whether a runtime may load libraries. */
export interface Gate {
  /**
   * Looks, without prompting and without loading anything.
   *
   * @param paths Where the library may be, in order of preference.
   * @returns `undefined` when nothing stands in the way.
   */
  obstacle(paths: readonly string[]): Obstacle | undefined;
}

/** One runtime's binding of libc. Loads nothing until it is asked for calls. */
export interface PosixBinding extends Gate {
  /**
   * @param constants The numbers of this system.
   * @param paths Where libc may be, in order of preference.
   * @throws {Error} When it cannot be loaded.
   */
  posixCalls(constants: PosixConstants, paths: readonly string[]): PosixCalls;
}
