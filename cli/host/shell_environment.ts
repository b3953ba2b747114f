/**
 * The environment of the shell that kca was typed in. It is not what the runtime says: Bun adds the
 * variables of a `.env` in the working directory, and Node those of a file that follows
 * `--env-file`, wherever that stands in the command line.
 *
 * @module
 */

import { runtime } from "../../src/runtime.ts";
import { openLibc } from "../libc/libc.ts";
import { processStart } from "./process_start_darwin.ts";
import type { Host } from "./host.ts";

/** Variables as the system has them. */
export interface ShellEnvironment {
  /** `NAME=value` in bytes, as this process was started with it: in order, with repetitions. */
  readonly entries: readonly Uint8Array[];
  /** The value of a variable; `undefined` when it is not set. */
  get(name: string): string | undefined;
  /** The same as the system has it. */
  bytes(name: string): Uint8Array | undefined;
}

const EQUALS = 0x3d;

let known: ShellEnvironment | undefined;

/**
 * Reads the environment, once.
 *
 * On Linux it is in /proc, and on macOS Bun asks the system for it; elsewhere, and where that cannot
 * be had, it is what the runtime says.
 */
export function shellEnvironment(host: Pick<Host, "env" | "readFile">): ShellEnvironment {
  return known ??= of(entriesOf(host));
}

function entriesOf(host: Pick<Host, "env" | "readFile">): Uint8Array[] {
  if (runtime.system === "linux") {
    try {
      return split(host.readFile("/proc/self/environ"));
    } catch {
      // Without /proc, or not permitted.
    }
  }
  // Of the others only Bun adds what it was not told to add.
  if (runtime.system === "darwin" && runtime.name === "bun") {
    const libc = openLibc();
    const start = libc && processStart(libc, process.pid);
    if (start !== undefined) return [...start.variables];
  }
  const encoder = new TextEncoder();
  return Object.entries(host.env()).map(([name, value]) => encoder.encode(`${name}=${value}`));
}

function of(entries: readonly Uint8Array[]): ShellEnvironment {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const values = new Map<string, Uint8Array>();
  for (const entry of entries) {
    const equals = entry.indexOf(EQUALS);
    if (equals < 1) continue;
    const name = decoder.decode(entry.subarray(0, equals));
    // The first of several counts, as getenv(3) has it.
    if (!values.has(name)) values.set(name, entry.subarray(equals + 1));
  }
  const bytes = (name: string): Uint8Array | undefined => values.get(name);
  const get = (name: string): string | undefined => {
    const value = bytes(name);
    return value && decoder.decode(value);
  };
  return { entries, get, bytes };
}

/** @returns Strings that end with a NUL each, as /proc has them. */
export function split(bytes: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const nul = bytes.indexOf(0, start);
    const end = nul < 0 ? bytes.length : nul;
    parts.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return parts;
}
