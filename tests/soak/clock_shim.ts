/**
 * Lets the wall clock jump where libfaketime is missing: loaded before the library, which takes its
 * clock when it is loaded.
 */
const real = Date.now;
let offset = 0;

/** @param ms How far the wall clock is off from now on. */
export function jumpTo(ms: number): void {
  offset = ms;
}

Date.now = () => real() + offset;
