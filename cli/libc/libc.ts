/**
 * libc for the command. Rare functions are loaded at their first call, because each function costs
 * Deno a third of a millisecond.
 *
 * @module
 */

import { loader as bunLoader, obstacle as bunObstacle } from "../../ffi/bun.ts";
import { leanLoader as denoLoader, obstacle as denoObstacle } from "../../ffi/deno.ts";
import { libcCandidates } from "../../ffi/posix/libc.ts";
import { type Loader, loadFunctions } from "../../ffi/load.ts";
import { loader as nodeLoader, obstacle as nodeObstacle } from "../../ffi/node.ts";
import { type Runtime, runtime } from "../../src/runtime.ts";
import { type CType, type Name, type Numbers, numbersOf, SYMBOLS } from "./symbols.ts";

type Value = number | bigint | Uint8Array;
type Functions<N extends Name> = Readonly<Record<N, (...values: Value[]) => number | bigint>>;

/** How one runtime loads functions. */
interface Binding {
  readonly loader: Loader<unknown>;
  readonly types: Readonly<Record<CType, string>>;
  obstacle(paths: readonly string[]): unknown;
}

/**
 * Not with `import * as`, for which a bundler adds a helper that loads node:module, which takes 20
 * ms on Deno.
 */
const BINDINGS: Readonly<Partial<Record<Runtime["name"], Binding>>> = {
  deno: {
    loader: denoLoader as Loader<unknown>,
    obstacle: denoObstacle,
    types: { int: "i32", size: "usize", memory: "buffer", word: "usize" },
  },
  bun: {
    loader: bunLoader as Loader<unknown>,
    obstacle: bunObstacle,
    types: { int: "i32", size: "u64", memory: "buffer", word: "u64" },
  },
  node: {
    loader: nodeLoader as Loader<unknown>,
    obstacle: nodeObstacle,
    types: { int: "int32", size: "uint64", memory: "buffer", word: "uint64" },
  },
};

/** The functions that become a program. */
const AT_ONCE = ["execve", "memcpy", "sigaction", "setrlimit"] as const satisfies readonly Name[];
/** Further functions, by runtime: Deno marks no descriptors, and for Bun see files.ts. */
const AT_ONCE_ON: Readonly<Partial<Record<Runtime["name"], readonly Name[]>>> = {
  node: ["fcntl"],
  bun: ["fcntl", "open", "read", "close", "readlink", "poll"],
};

/** The used part of libc. */
export interface Libc {
  readonly numbers: Numbers;
  /** Calls a function; addresses and sizes may be given as numbers or as bigints. */
  call(name: Name, ...values: Value[]): number;
  /** The address of bytes. They must be in a separate buffer, which no runtime moves. */
  addressOf(bytes: Uint8Array): bigint;
  /** The error number of the previous call. */
  errno(): number;
}

let opened: Libc | undefined;

/** @returns The libc that {@linkcode openLibc} has already loaded, if any. */
export function openedLibc(): Libc | undefined {
  return opened;
}

/** @returns `undefined` when this runtime has no FFI, or may not use it. */
export function openLibc(): Libc | undefined {
  return opened ??= load(runtime);
}

function load(here: Runtime): Libc | undefined {
  const numbers = numbersOf(here.system);
  const binding = BINDINGS[here.name];
  const paths = libcCandidates(here);
  if (numbers === undefined || binding === undefined || paths.length === 0) return undefined;
  if (binding.obstacle(paths) !== undefined) return undefined;
  try {
    return new BoundLibc(numbers, binding, paths, here.system === "darwin");
  } catch {
    return undefined;
  }
}

class BoundLibc implements Libc {
  readonly numbers: Numbers;
  readonly #binding: Binding;
  readonly #errnoAt: "__error" | "__errno_location";
  #paths: readonly string[];
  #functions: Partial<Functions<Name>> = {};

  constructor(numbers: Numbers, binding: Binding, paths: readonly string[], darwin: boolean) {
    this.numbers = numbers;
    this.#binding = binding;
    this.#paths = paths;
    this.#errnoAt = darwin ? "__error" : "__errno_location";
    // Loaded together, which is faster; and loading the functions that read errno after a failure
    // could change errno.
    this.#load(...AT_ONCE, this.#errnoAt, ...AT_ONCE_ON[runtime.name] ?? []);
  }

  call(name: Name, ...values: Value[]): number {
    return Number(this.#invoke(name, values));
  }

  addressOf(bytes: Uint8Array): bigint {
    return BigInt(this.#invoke("memcpy", [bytes, 0, 0]));
  }

  errno(): number {
    const number = new Int32Array(new ArrayBuffer(4));
    const bytes = new Uint8Array(number.buffer);
    this.#invoke("memcpy", [bytes, this.#invoke(this.#errnoAt, []), 4]);
    return number[0]!;
  }

  #invoke(name: Name, values: readonly Value[]): number | bigint {
    const function_ = this.#functions[name] ?? this.#load(name)[name]!;
    return function_(...(runtime.name === "node" ? widened(name, values) : values));
  }

  #load(...names: Name[]): Partial<Functions<Name>> {
    const signatures = Object.fromEntries(names.map((name) => [name, SYMBOLS[name]]));
    const { loader, types } = this.#binding;
    const found = loadFunctions<unknown, CType, Functions<Name>>(
      this.#paths,
      loader,
      types,
      signatures,
    );
    this.#paths = [found.path];
    // Never unloaded, because the last call does not return.
    this.#functions = { ...this.#functions, ...found.functions };
    return this.#functions;
  }
}

/** Node requires a bigint for arguments of 64 bits. */
function widened(name: Name, values: readonly Value[]): readonly Value[] {
  const types: readonly CType[] = SYMBOLS[name];
  return values.map((value, index) =>
    types[index] === "int" || typeof value === "object" ? value : BigInt(value)
  );
}
