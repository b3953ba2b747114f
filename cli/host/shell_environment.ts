/**
 * The environment of the shell that started kca. The runtime's environment differs: Bun adds the
 * variables of a `.env` in the working directory, and Node those of a file after `--env-file`,
 * wherever that stands in the command line.
 *
 * @module
 */

import { runtime } from "../../src/runtime.ts";
import { openLibc } from "../libc/libc.ts";
import { processStart } from "./process_start_darwin.ts";
import type { Host } from "./host.ts";

/** A variable as the system has it. */
export interface ShellVariable {
  /** `NAME=value` */
  readonly bytes: Uint8Array;
  /** The same as text, with U+FFFD for invalid UTF-8. */
  readonly text: string;
}

/** Variables as the system has them. */
export interface ShellEnvironment {
  /** The variables with which this process was started: in order, with repetitions. */
  readonly entries: readonly ShellVariable[];
  /** The value of a variable; `undefined` when it is not set. */
  get(name: string): string | undefined;
  /** The value as bytes. */
  bytes(name: string): Uint8Array | undefined;
}

const EQUALS = 0x3d;

let known: ShellEnvironment | undefined;

/**
 * Reads the environment, once.
 *
 * On Linux it is in /proc, and on macOS with Bun it comes from the system. Elsewhere, and if that
 * fails, it is the runtime's environment.
 */
export function shellEnvironment(host: Pick<Host, "env" | "readFile">): ShellEnvironment {
  return known ??= of(entriesOf(host));
}

function entriesOf(host: Pick<Host, "env" | "readFile">): ShellVariable[] {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  if (runtime.system === "linux") {
    try {
      const all = host.readFile("/proc/self/environ");
      // Decoded together, because a call for each variable takes longer.
      const texts = decoder.decode(all).split("\0");
      return split(all).map((bytes, index) => ({ bytes, text: texts[index]! }));
    } catch {
      // Without /proc, or not permitted.
    }
  }
  // On other systems only Bun adds variables by itself.
  if (runtime.system === "darwin" && runtime.name === "bun") {
    const libc = openLibc();
    const start = libc && processStart(libc, process.pid);
    if (start !== undefined) {
      return start.variables.map((bytes) => ({ bytes, text: decoder.decode(bytes) }));
    }
  }
  const encoder = new TextEncoder();
  return Object.entries(host.env()).map(([name, value]) => {
    const text = `${name}=${value}`;
    return { bytes: encoder.encode(text), text };
  });
}

function of(entries: readonly ShellVariable[]): ShellEnvironment {
  const named = new Map<string, ShellVariable>();
  for (const entry of entries) {
    const name = nameOf(entry);
    // Of several, the first counts, as in getenv(3).
    if (name !== "" && !named.has(name)) named.set(name, entry);
  }
  return {
    entries,
    get: (name) => named.get(name)?.text.slice(name.length + 1),
    bytes(name) {
      const entry = named.get(name);
      return entry?.bytes.subarray(entry.bytes.indexOf(EQUALS) + 1);
    },
  };
}

/** @returns An empty string when the entry is not a variable. */
export function nameOf({ text }: ShellVariable): string {
  return text.slice(0, Math.max(text.indexOf("="), 0));
}

/** @returns The strings of a file in /proc, each of which ends with a NUL. */
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
