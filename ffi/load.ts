/**
 * Loading a library by the first of its names that works.
 *
 * @module
 */

/**
 * @param paths Where it may be.
 * @param load Loads one.
 * @throws {unknown} What loading by the first name threw, when none works.
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
