/**
 * The common part of Bun and Node: the global `process`. Everything else is loaded when it is
 * needed.
 *
 * @module
 */

import type { Host, SignalName } from "./host.ts";
import { writeAll, writeAllSync } from "./write_all.ts";

interface Process {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: { readonly columns?: number };
  /** Absent while this process is about to become a program. */
  readonly stderr?: { readonly columns?: number };
  on(signal: SignalName, handler: () => void): void;
  readonly pid: number;
  kill(pid: number, signal: SignalName): void;
  removeAllListeners(signal: SignalName): void;
  exit(code: number): never;
  getBuiltinModule(name: "node:fs"): typeof import("node:fs");
  getBuiltinModule(name: "node:tty"): typeof import("node:tty");
  getBuiltinModule(name: "node:net"): typeof import("node:net");
  getBuiltinModule(name: "node:os"): typeof import("node:os");
  getBuiltinModule(name: "node:child_process"): typeof import("node:child_process");
  getBuiltinModule(name: "bun:ffi"): unknown;
}

/** Looked up late, because Deno, which does not use this file, would load its node layer. */
function node(): Process {
  return (globalThis as unknown as { process: Process }).process;
}

/** Loads a module of Node or Bun without an import at the start. */
export const builtin: Process["getBuiltinModule"] = (name: never) =>
  node().getBuiltinModule(name) as never;

/** The command's host on Bun and Node, without starting programs. */
export const processHost: Omit<Host, "spawn" | "prepareSpawn"> = {
  args: () => node().argv.slice(2),
  env() {
    const env: Record<string, string> = {};
    for (const [name, value] of Object.entries(node().env)) {
      if (value !== undefined) env[name] = value;
    }
    return env;
  },
  isTerminal: (stream) => builtin("node:tty").isatty(stream),
  columns: (stream) => (stream === 1 ? node().stdout : node().stderr)?.columns ?? 0,
  writeSync(stream, data) {
    const { writeSync } = builtin("node:fs");
    writeAllSync(data, (bytes) => writeSync(stream, bytes));
  },
  async write(stream, data) {
    const { write } = builtin("node:fs");
    await writeAll(data, (bytes) =>
      new Promise((resolve, reject) => {
        write(stream, bytes, (error, count) => error ? reject(error) : resolve(count));
      }));
  },
  async readStdin(most) {
    const { readUpTo } = await import("./read_up_to.ts");
    return await readUpTo(node().stdin, most);
  },
  readFile: (path) => new Uint8Array(builtin("node:fs").readFileSync(path)),
  openFile(path) {
    const { openSync, readSync, closeSync } = builtin("node:fs");
    const file = openSync(path, "r");
    return {
      read: (into) => readSync(file, into, 0, into.length, null),
      close: () => closeSync(file),
    };
  },
  onSignal: (signal, handler) => node().on(signal, handler),
  endBy(signal) {
    // Not exit(), because Node then waits for a write that is never read.
    node().removeAllListeners(signal);
    node().kill(node().pid, signal);
  },
  exit: (code) => node().exit(code),
};

/** @returns 128 + n for signal n, as a shell reports it. */
export function signalCode(signal: string): number {
  const numbers = builtin("node:os").constants.signals as Readonly<Record<string, number>>;
  return 128 + (numbers[signal] ?? 0);
}
