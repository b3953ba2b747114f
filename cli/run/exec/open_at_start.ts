/**
 * What was open before this process opened anything itself: later descriptors are its own, such as
 * the spare one on /dev/null that Node keeps once it has a connection.
 *
 * @module
 */

import { runtime } from "../../../src/runtime.ts";
import { builtin } from "../../host/process.ts";

/** A descriptor and what its link in /proc says. */
type Open = readonly [fd: number, target: string];

let known: readonly Open[] | undefined;

/** @returns What was open at the first call, on Linux with Node; the others need nothing of it. */
export function openAtStart(): readonly Open[] {
  return known ??= runtime.system === "linux" && runtime.name === "node" ? openNow() : [];
}

function openNow(): Open[] {
  const fs = builtin("node:fs");
  const found: Open[] = [];
  try {
    for (const name of fs.readdirSync("/proc/self/fd")) {
      try {
        found.push([Number(name), fs.readlinkSync(`/proc/self/fd/${name}`)]);
      } catch {
        // The one of the listing itself, which is closed again.
      }
    }
  } catch {
    // Without /proc.
  }
  return found;
}
