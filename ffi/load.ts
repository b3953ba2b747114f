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
  let failure: unknown = new Error("There is no library to load on this system");
  for (const [index, path] of paths.entries()) {
    try {
      return load(path);
    } catch (error) {
      if (index === 0) failure = error;
    }
  }
  throw failure;
}
