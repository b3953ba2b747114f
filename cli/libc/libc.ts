/**
 * libc for the command: what is rare is loaded when it is called first, because each function costs Deno
 * a third of a millisecond.
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

/** What loading takes on one runtime. */
interface Binding {
  readonly loader: Loader<unknown>;
  readonly types: Readonly<Record<CType, string>>;
  obstacle(paths: readonly string[]): unknown;
}

/** Not by `import * as`: for that a bundler brings in a helper that loads node:module, 20 ms on Deno. */
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

/** What becoming a program calls. */
const AT_ONCE = ["execve", "memcpy", "sigaction", "setrlimit"] as const satisfies readonly Name[];
/** What else, by runtime: Deno marks no descriptors, and see files.ts for Bun. */
const AT_ONCE_ON: Readonly<Partial<Record<Runtime["name"], readonly Name[]>>> = {
  node: ["fcntl"],
  bun: ["fcntl", "open", "read", "close", "readlink", "poll"],
};

/** libc, as far as it is needed here. */
export interface Libc {
  readonly numbers: Numbers;
  /** Calls a function; addresses and sizes may be given as numbers or as bigints. */
  call(name: Name, ...values: Value[]): number;
  /** The address of bytes. They must be in a buffer of their own, which no runtime moves. */
  addressOf(bytes: Uint8Array): bigint;
  /** The error number of the call before. */
  errno(): number;
}

let opened: Libc | undefined;

/** @returns What {@linkcode openLibc} has loaded before, if it has. */
export function openedLibc(): Libc | undefined {
  return opened;
}

/** @returns `undefined` where this runtime has no FFI, or may not use it. */
export function openLibc(): Libc | undefined {
  return opened ??= load(runtime);
}

function load(here: Runtime): Libc | undefined {
  const numbers = numbersOf(here.system);
  const binding = BINDINGS[here.name];
  const paths = libcCandidates(here);
  if (numbers === undefined || binding === undefined || paths.length === 0) return undefined;
  return silently(() => {
    if (binding.obstacle(paths) !== undefined) return undefined;
    try {
      return new BoundLibc(numbers, binding, paths, here.system === "darwin");
    } catch {
      return undefined;
    }
  });
}

/** Without the warning that Node's FFI is experimental, which it gives when that is loaded. */
function silently<T>(run: () => T): T {
  if (runtime.name !== "node") return run();
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return run();
  } finally {
    process.emitWarning = emitWarning;
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
    // At once, which takes less; and to load what reads errno after a failure could change it.
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
    // Never unloaded: what is called last does not come back.
    this.#functions = { ...this.#functions, ...found.functions };
    return this.#functions;
  }
}

/** Node takes nothing but a bigint for what is 64 bits wide. */
function widened(name: Name, values: readonly Value[]): readonly Value[] {
  const types: readonly CType[] = SYMBOLS[name];
  return values.map((value, index) =>
    types[index] === "int" || typeof value === "object" ? value : BigInt(value)
  );
}
