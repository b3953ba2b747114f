/**
 * Characters that a terminal obeys instead of showing them: control characters, characters that
 * change the direction of text, and line separators.
 *
 * @module
 */

/** Finds each of them. Made when it is needed: Deno takes half a millisecond for the first `\p{…}`. */
export function unprintable(): RegExp {
  return /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
}
