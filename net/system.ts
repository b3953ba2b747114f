/**
 * The services of the operating system through the runtime's own modules.
 *
 * @module
 */

import { userId } from "../src/runtime.ts";
import type { SystemServices } from "../src/system.ts";
import { mayRead, statusOf } from "./file_status.ts";

/** Answers from the runtime's own modules. */
export const runtimeSystem: SystemServices = {
  uid: userId,
  ownerOf,
  exists,
};

function ownerOf(path: string): number | undefined {
  if (!mayRead(path)) return undefined;
  try {
    return statusOf(path).uid;
  } catch {
    return undefined;
  }
}

function exists(path: string): boolean | undefined {
  if (!mayRead(path)) return undefined;
  try {
    statusOf(path);
    return true;
  } catch {
    return false;
  }
}
