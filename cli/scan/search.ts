/**
 * Finds many byte strings in one pass.
 *
 * Every needle has one window, or two, of the same length. Each possible window of the text
 * contains at least one sample of four bytes, and only samples are examined, so most bytes are
 * skipped: with windows of 16 bytes, the samples are 13 bytes apart. A table says which samples
 * occur in a window; only there are needles compared. Samples do not depend on each other, so the
 * processor can examine several at once.
 *
 * @module
 */

import type { Form, Needle, NeedlePart } from "./needles.ts";

/** Content that is read from beginning to end. */
export interface ContentReader {
  /** Fills the buffer, or a part of it. @returns The number of bytes; 0 at the end. */
  read(into: Uint8Array): number;
  close(): void;
}

/** A value was found. */
export interface Match {
  readonly value: number;
  readonly form: Form;
  /** The offset of the match in bytes. */
  readonly offset: number;
}

/** Bytes of a sample. */
const SAMPLE = 4;
/** A longer window finds nothing more and fills the table. */
const LONGEST_WINDOW = 16;
const TABLE_BITS = 18;
const PIECE = 1 << 20;
/** Blanks between two lines that still belong together. */
const MOST_BLANKS = 256;
/** The most places of one value in one file; more are not useful. */
export const MOST_PLACES = 1_000;

/** The position of a sample in a needle. */
interface Place {
  readonly needle: Needle;
  readonly at: number;
}

/** Searches for needles. */
export class Search {
  readonly #step: number;
  readonly #table = new Uint8Array(1 << TABLE_BITS);
  readonly #places = new Map<number, Place[]>();
  /** The longest match in bytes. */
  readonly #longest: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  /** @param needles What to search for. At least one. */
  constructor(needles: readonly Needle[]) {
    const parts = needles.flatMap((needle) => needle.parts);
    const window = Math.min(LONGEST_WINDOW, ...parts.map(([start, end]) => end - start));
    this.#step = window - SAMPLE + 1;
    for (const needle of needles) {
      for (const part of needle.parts) {
        const start = rarestWindow(needle.bytes, part, window);
        for (let at = start; at < start + this.#step; at++) this.#add({ needle, at });
      }
    }
    this.#longest = Math.max(...needles.map(longestMatch));
    this.#bytes = new Uint8Array(Math.max(PIECE, 4 * this.#longest));
    this.#view = new DataView(this.#bytes.buffer);
  }

  #add(place: Place): void {
    const { bytes } = place.needle;
    const sample = hash(new DataView(bytes.buffer, bytes.byteOffset).getInt32(place.at, true));
    this.#table[sample] = 1;
    const places = this.#places.get(sample);
    if (places === undefined) this.#places.set(sample, [place]);
    else places.push(place);
  }

  /** @returns The matches in order. Of overlapping ones, only one. */
  run(reader: ContentReader): Match[] {
    const matches = new Matches();
    let held = 0;
    let before = 0;
    for (;;) {
      const count = reader.read(this.#bytes.subarray(held));
      if (count === 0) return matches.sorted();
      const length = held + count;
      this.#searchPiece(length, before, matches);
      // Keeps bytes that may begin a match, to examine them again with the next piece.
      held = Math.min(length, this.#longest);
      this.#bytes.copyWithin(0, length - held, length);
      before += length - held;
    }
  }

  #searchPiece(length: number, before: number, matches: Matches): void {
    const [view, table, step] = [this.#view, this.#table, this.#step];
    for (let at = 0; at <= length - SAMPLE; at += step) {
      const sample = hash(view.getInt32(at, true));
      if (table[sample] !== 0) this.#compare(sample, at, length, before, matches);
    }
  }

  #compare(sample: number, at: number, length: number, before: number, matches: Matches): void {
    for (const place of this.#places.get(sample)!) {
      const { needle } = place;
      if (!matches.mayBeAt(needle.value, before + at)) continue;
      const compare = needle.loose ? compareLoosely : compareExactly;
      const found = compare(this.#bytes, at, length, place);
      if (found !== undefined) matches.add(needle, before + found[0], before + found[1]);
    }
  }
}

/** The matches in one text. */
class Matches {
  readonly #matches: Match[] = [];
  /** For each value, the end of its last match and the number of its matches. */
  readonly #seen = new Map<number, { end: number; count: number }>();

  /** Whether a position is outside the value's last match. */
  mayBeAt(value: number, offset: number): boolean {
    const seen = this.#seen.get(value);
    return seen === undefined || offset >= seen.end && seen.count < MOST_PLACES;
  }

  add({ value, form }: Needle, offset: number, end: number): void {
    const seen = this.#seen.get(value) ?? { end: 0, count: 0 };
    if (offset < seen.end) return;
    this.#seen.set(value, { end, count: seen.count + 1 });
    this.#matches.push({ value, form, offset });
  }

  sorted(): Match[] {
    return this.#matches.sort((one, other) => one.offset - other.offset);
  }
}

/** @returns How long a match may be in a text, with indented lines for a loose needle. */
function longestMatch({ bytes, loose }: Needle): number {
  return loose ? 4 * bytes.length + MOST_BLANKS : bytes.length;
}

function hash(sample: number): number {
  return Math.imul(sample, 0x9E3779B1) >>> (32 - TABLE_BITS);
}

function compareExactly(
  text: Uint8Array,
  at: number,
  length: number,
  { needle: { bytes }, at: inNeedle }: Place,
): NeedlePart | undefined {
  const start = at - inNeedle;
  const end = start + bytes.length;
  if (start < 0 || end > length) return undefined;
  for (let index = 0; index < bytes.length; index++) {
    if (text[start + index] !== bytes[index]) return undefined;
  }
  return [start, end];
}

/** Skips line breaks in the text, and the blanks after them. */
function compareLoosely(
  text: Uint8Array,
  at: number,
  length: number,
  { needle: { bytes }, at: inNeedle }: Place,
): NeedlePart | undefined {
  let end = at;
  for (let index = inNeedle; index < bytes.length; index++) {
    if (text[end] !== bytes[index]) end = afterBreak(text, end);
    if (end >= length || text[end] !== bytes[index]) return undefined;
    end++;
  }
  let start = at;
  for (let index = inNeedle - 1; index >= 0; index--) {
    if (text[start - 1] !== bytes[index]) start = beforeBreak(text, start);
    if (start <= 0 || text[start - 1] !== bytes[index]) return undefined;
    start--;
  }
  return [start, end];
}

const [TAB, NEWLINE, RETURN, BLANK] = [9, 10, 13, 32];

function isBlank(byte: number | undefined): boolean {
  return byte === BLANK || byte === TAB || byte === NEWLINE || byte === RETURN;
}

/** @returns The start of the next line if a line ends here, else the same position. */
function afterBreak(text: Uint8Array, at: number): number {
  let end = at;
  let breaks = false;
  while (end < at + MOST_BLANKS && isBlank(text[end])) breaks = text[end++] === NEWLINE || breaks;
  return breaks ? end : at;
}

/** @returns The end of the previous line if a line begins here, else the same position. */
function beforeBreak(text: Uint8Array, at: number): number {
  let start = at;
  let breaks = false;
  while (start > at - MOST_BLANKS && isBlank(text[start - 1])) {
    breaks = text[--start] === NEWLINE || breaks;
  }
  return breaks ? start : at;
}

/** @returns The position in a part of the bytes that are rarest in text. */
function rarestWindow(bytes: Uint8Array, [start, end]: NeedlePart, window: number): number {
  let [rarest, least] = [start, Infinity];
  for (let at = start; at + window <= end; at++) {
    const sum = bytes.subarray(at, at + window).reduce((sum, byte) => sum + commonness(byte), 0);
    if (sum < least) [rarest, least] = [at, sum];
  }
  return rarest;
}

/** Most text consists of small letters and blanks. */
function commonness(byte: number): number {
  return byte >= 0x61 && byte <= 0x7a || byte === BLANK || byte === 0 ? 2 : 1;
}
