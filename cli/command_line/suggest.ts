/**
 * Suggests words that begin with the typed text, or else differ by one typing error: a letter too
 * many, too few, another, or two swapped.
 */

/**
 * Finds what was probably meant.
 *
 * @param typed What was typed.
 * @param known The known words.
 * @returns The similar words, in the order of `known`.
 */
export function nearest(typed: string, known: readonly string[]): string[] {
  if (typed.length < 3) return [];
  const begun = known.filter((word) => word.startsWith(typed));
  return begun.length > 0 ? begun : known.filter((word) => isNear(typed, word));
}

function isNear(typed: string, word: string): boolean {
  const [short, long] = typed.length < word.length ? [typed, word] : [word, typed];
  let start = 0;
  while (start < short.length && short[start] === long[start]) start++;
  const [restOfShort, restOfLong] = [short.slice(start), long.slice(start)];
  if (restOfShort === restOfLong.slice(1)) return true;
  if (short.length !== long.length) return false;
  const swapped = restOfLong.slice(1, 2) + restOfLong.slice(0, 1) + restOfLong.slice(2);
  return restOfShort.slice(1) === restOfLong.slice(1) || restOfShort === swapped;
}
