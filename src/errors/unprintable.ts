/**
 * Characters that a terminal obeys instead of showing them: control characters, characters that
 * change the direction of text, and line separators.
 *
 * @module
 */

/** Finds each of them. */
export const UNPRINTABLE: RegExp = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
