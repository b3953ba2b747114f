/**
 * libc on Deno.
 *
 * @module
 */

import type { Obstacle, PosixBinding } from "./binding.ts";
import type { PosixCalls } from "./posix_calls.ts";
import { loadPosixCalls, type PosixFunctions } from "./posix_symbols.ts";

type Foreign = { name?: string; parameters: string[]; result: string; nonblocking?: boolean };

/** What is used of Deno, so that this type-checks without Deno's own types. */
interface DenoGlobal {
  dlopen(path: string, symbols: Readonly<Record<string, Foreign>>): {
    symbols: unknown;
    close(): void;
  };
  permissions: { querySync(descriptor: { name: string; path?: string }): { state: string } };
}

const { Deno } = globalThis as unknown as { Deno: DenoGlobal };

/** poll(2) once more, on a thread of its own. */
const POLL_ON_THREAD: Foreign = {
  name: "poll",
  parameters: ["buffer", "usize", "i32"],
  result: "i32",
  nonblocking: true,
};

/** Those of `paths` that may be loaded. Never prompts. */
function permitted(paths: readonly string[]): readonly string[] {
  return paths.filter((path) =>
    Deno.permissions.querySync({ name: "ffi", path }).state === "granted"
  );
}

/** @returns The missing permission, if none of the paths is permitted. */
export function obstacle(paths: readonly string[]): Obstacle | undefined {
  if (permitted(paths).length > 0) return undefined;
  return { reason: "--allow-ffi is not granted", flags: [`--allow-ffi=${paths[0]}`] };
}

export const posixCalls: PosixBinding["posixCalls"] = (constants, paths): PosixCalls => {
  let pollOnThread: PosixCalls["pollOnThread"];
  const calls = loadPosixCalls<Foreign>(constants, permitted(paths), {
    types: { int: "i32", uint: "u32", size: "usize", memory: "buffer", address: "pointer" },
    declare: (parameters, result) => ({ parameters, result }),
    load(path, symbols) {
      const library = Deno.dlopen(path, { ...symbols, pollOnThread: POLL_ON_THREAD });
      const functions = library.symbols as PosixFunctions & Pick<PosixCalls, "pollOnThread">;
      pollOnThread ??= functions.pollOnThread;
      return { functions, close: () => library.close() };
    },
  });
  return { ...calls, pollOnThread };
};
