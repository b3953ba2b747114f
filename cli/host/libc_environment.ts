/**
 * The environment as the C library has it: Bun keeps what it reads from a `.env` to itself. For
 * macOS, which has no /proc to read the shell's variables from.
 *
 * @module
 */

import { runtime } from "../../src/runtime.ts";
import { builtin } from "./process.ts";

type Pointer = number | null;

/** The part of bun:ffi that is needed. */
export interface BunFfi {
  dlopen(path: string, symbols: object): {
    readonly symbols: Readonly<Record<string, (...args: unknown[]) => Pointer>>;
  };
  readonly read: { ptr(pointer: number, offset: number): number };
  readonly CString: new (pointer: number) => { toString(): string };
}

/** @returns Names and values; only for Bun. */
export function libcEnvironment(): Record<string, string> {
  const { read, CString, dlopen } = builtin("bun:ffi") as BunFfi;
  const environment: Record<string, string> = {};
  // A list of strings, which ends with a null pointer.
  const list = read.ptr(addressOfList(dlopen), 0);
  for (let offset = 0;; offset += 8) {
    const entry = read.ptr(list, offset);
    if (entry === 0) return environment;
    const text = new CString(entry).toString();
    const equals = text.indexOf("=");
    const name = text.slice(0, equals);
    // The first of several counts, as getenv(3) has it.
    if (equals > 0 && !Object.hasOwn(environment, name)) environment[name] = text.slice(equals + 1);
  }
}

/** The address of the variable `environ`. */
function addressOfList(dlopen: BunFfi["dlopen"]): number {
  if (runtime.system === "darwin") {
    const { symbols } = dlopen("/usr/lib/libSystem.B.dylib", {
      _NSGetEnviron: { args: [], returns: "ptr" },
    });
    return symbols._NSGetEnviron!()!;
  }
  const { symbols } = dlopen("libc.so.6", { dlsym: { args: ["ptr", "cstring"], returns: "ptr" } });
  return symbols.dlsym!(null, new TextEncoder().encode("environ\0"))!;
}
