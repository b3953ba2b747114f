/**
 * Naming the errors of system calls.
 *
 * @module
 */

import { SystemCallError } from "../../src/transport.ts";
import type { PosixCalls } from "./calls.ts";

/**
 * The name of an error whose number was lost, as libuv calls it. It happens when Deno makes its own
 * call before errno is read.
 */
export const UNKNOWN = "UNKNOWN";

/** @returns The name of the error of the previous call. */
export function errorName(calls: PosixCalls): string {
  const number = calls.errno();
  if (number === 0) return UNKNOWN;
  return calls.constants.errors[number] ?? `errno ${number}`;
}

/**
 * @param call The function that has just failed.
 * @returns The error to throw.
 */
export function callError(calls: PosixCalls, call: string): SystemCallError {
  return new SystemCallError(call, errorName(calls));
}
