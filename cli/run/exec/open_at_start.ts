/**
 * Records the descriptors that were open at the start. Later ones are this process's own, such as
 * the spare one on /dev/null that Node keeps once it has a connection.
 *
 * @module
 */

import { runtime } from "../../../src/runtime.ts";
import { builtin } from "../../host/process.ts";

/** A descriptor and the target of its link in /proc. */
type Open = readonly [fd: number, target: string];

let known: readonly Open[] | undefined;

/**
 * @returns The descriptors that were open at the first call, on Linux with Node; other runtimes do
 * not need them.
 */
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
        // The descriptor of the listing itself, which is already closed.
      }
    }
  } catch {
    // Without /proc.
  }
  return found;
}
