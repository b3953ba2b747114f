/**
 * libc on Deno.
 *
 * @module
 */

import type { Obstacle, PosixBinding } from "./binding.ts";
import { type Loader, loadFirst } from "./load.ts";
import type { PosixCalls } from "./posix/calls.ts";
import { loadPosixCalls } from "./posix/symbols.ts";

type Foreign = { parameters: string[]; result: string; nonblocking?: boolean };

/** What is used of Deno, so that this type-checks without Deno's own types. */
interface DenoGlobal {
  dlopen(path: string, symbols: Readonly<Record<string, Foreign>>): {
    symbols: unknown;
    close(): void;
  };
  statSync(path: string): unknown;
  permissions: { querySync(descriptor: { name: string; path?: string }): { state: string } };
}

const { Deno } = globalThis as unknown as { Deno: DenoGlobal };

/** poll(2) on a thread of its own; loaded when a daemon is slow. */
const POLL_ON_THREAD: Foreign = {
  parameters: ["buffer", "usize", "i32"],
  result: "i32",
  nonblocking: true,
};

/** Those of `paths` that may be loaded. Never prompts. */
export function permitted(paths: readonly string[]): readonly string[] {
  return granted() ? paths : paths.filter(granted);
}

/** @param path Of a library; all of them when it is left out. */
function granted(path?: string): boolean {
  return Deno.permissions.querySync({ name: "ffi", path }).state === "granted";
}

/** @returns The missing permission, if none of the paths is permitted. */
export function obstacle(paths: readonly string[]): Obstacle | undefined {
  if (permitted(paths).length > 0) return undefined;
  return { reason: "--allow-ffi is not granted", flags: [ffiFlag(paths)] };
}

/** @returns The flag that permits to load the library. */
export function ffiFlag(paths: readonly string[]): string {
  const files = paths.filter((path) => path.startsWith("/"));
  const found = files.find(exists) ?? paths[0]!;
  // Granted, and yet not loaded: it is somewhere else.
  return `--allow-ffi=${granted(found) ? files.join(",") : found}`;
}

/** Whether a file is known to be there, which Deno tells only with the permission to read it. */
function exists(path: string): boolean {
  if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return false;
  try {
    return Deno.statSync(path) !== undefined;
  } catch {
    return false;
  }
}

/** How Deno loads functions. */
export const loader: Loader<Foreign> = {
  declare: (parameters, result) => ({ parameters, result }),
  load(path, symbols) {
    const library = Deno.dlopen(path, symbols);
    return { functions: library.symbols, close: () => library.close() };
  },
};

export const posixCalls: PosixBinding["posixCalls"] = (constants, paths): PosixCalls => {
  const files = permitted(paths);
  const calls = loadPosixCalls(constants, files, {
    ...loader,
    types: { int: "i32", uint: "u32", size: "usize", memory: "buffer", address: "pointer" },
  });
  let thread: ReturnType<DenoGlobal["dlopen"]> | undefined;
  return {
    ...calls,
    pollOnThread(fds, count, timeout) {
      thread ??= loadFirst(files, (path) => Deno.dlopen(path, { poll: POLL_ON_THREAD }));
      const { poll } = thread.symbols as { poll: NonNullable<PosixCalls["pollOnThread"]> };
      return poll(fds, count, timeout);
    },
    unload() {
      calls.unload();
      thread?.close();
    },
  };
};
