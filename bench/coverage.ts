/** Makes figures of what bench/clients/coverage.ts has seen. */
import type { RanFile, RanFunction } from "./clients/coverage.ts";

/** The functions that ran. */
export function functionsOf(files: readonly RanFile[]): RanFunction[] {
  return files.flatMap(({ functions }) => functions);
}

/**
 * The files that ran in the read that took the fewest functions, because its reply was there at once,
 * and in the one that took the most.
 */
export function extremes(
  reads: readonly RanFile[][],
  isOurs: (url: string) => boolean,
): { least: RanFile[]; most: RanFile[] } {
  const own = reads
    .map((files) => files.filter(({ url, functions }) => isOurs(url) && functions.length > 0))
    .sort((a, b) => functionsOf(a).length - functionsOf(b).length);
  if (functionsOf(own[0]).length === 0) throw new Error("Nothing was counted");
  return { least: own[0], most: own[own.length - 1] };
}
