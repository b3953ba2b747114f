/**
 * Loading functions from a library of the system, written once for every runtime and system.
 *
 * @module
 */

export interface Library<F> {
  readonly functions: F;
  /** Unloads it. Its functions must not be called after this. */
  close(): void;
}

/** A library that was loaded by one of several paths. */
export interface Found<F> extends Library<F> {
  /** The path that worked. */
  readonly path: string;
}

/** How a runtime loads functions, each declared as a `D`. */
export interface Loader<D> {
  /** Creates the declaration of one function from the runtime's names of its types. */
  declare(parameters: string[], result: string): D;
  /** Loads functions from one library. Throws when it or one of them is missing. */
  load(path: string, symbols: Readonly<Record<string, D>>): Library<unknown>;
}

/**
 * Loads functions by the first path that works.
 *
 * @param paths Where the library may be.
 * @param loader How this runtime loads.
 * @param types This runtime's name for each C type.
 * @param signatures The C types of each function: its parameters and, last, its result.
 * @throws {unknown} The error of the first path, when none works.
 */
export function loadFunctions<D, Type extends string, F>(
  paths: readonly string[],
  { declare, load }: Loader<D>,
  types: Readonly<Record<Type, string>>,
  signatures: Readonly<Record<string, readonly Type[]>>,
): Found<F> {
  const declared: Record<string, D> = {};
  for (const [name, signature] of Object.entries(signatures)) {
    const names = signature.map((type) => types[type]);
    declared[name] = declare(names.slice(0, -1), names[names.length - 1]!);
  }
  return loadFirst(paths, (path) => ({ ...load(path, declared), path })) as Found<F>;
}

/**
 * @param paths Where a library may be.
 * @param load Loads one.
 * @throws {unknown} The error of the first path, when none works.
 */
export function loadFirst<T>(paths: readonly string[], load: (path: string) => T): T {
  let first: { error: unknown } | undefined;
  for (const path of paths) {
    try {
      return load(path);
    } catch (error) {
      first ??= { error };
    }
  }
  throw first ? first.error : new Error("There is no library to load on this system");
}
