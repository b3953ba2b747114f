/**
 * Needles of the search: a value in each of its forms, as bytes.
 *
 * @module
 */

import { base64Cores, json, percent, shell } from "../run/forms.ts";

/** The least length of a value in characters; a shorter one occurs everywhere. */
export const SHORTEST = 8;

/** The least length of a part of a needle, in bytes. */
const LEAST = 8;

/** How a value is written. */
export type Form = "plain" | "json" | "percent" | "shell" | "base64" | "utf-16";

/** One value in one form. */
export interface Needle {
  /** The number of the value. */
  readonly value: number;
  readonly form: Form;
  /** Its bytes; without line breaks and the blanks around them when it is loose. */
  readonly bytes: Uint8Array;
  /** Whether line breaks in the text, and the blanks after them, are ignored. */
  readonly loose: boolean;
  /** Parts of the bytes, at least one of which is never split by a line break. */
  readonly parts: readonly NeedlePart[];
}

/** Where a part of bytes begins and ends. */
export type NeedlePart = readonly [start: number, end: number];

/** @returns Whether a value is long enough to be searched for. */
export function isSearchable(value: string): boolean {
  return [...value.trim()].length >= SHORTEST;
}

/**
 * Creates the needles of a value. Blanks and line breaks at its ends do not count, because editors
 * add or remove them.
 *
 * @param value A value for which {@linkcode isSearchable} is true.
 * @param number The number of the value.
 */
export function needlesOf(value: string, number: number): Needle[] {
  const text = value.trim();
  const unix = text.replaceAll("\r\n", "\n");
  const needles: Needle[] = [];
  for (const written of new Set([text, unix, unix.replaceAll("\n", "\r\n")])) {
    const add = (form: Form, forms: readonly string[]): void => {
      for (const one of forms) needles.push(needle(number, form, one));
    };
    add("plain", [written]);
    add("json", json(written));
    add("percent", percent(written));
    add("shell", shell(written));
    add("base64", base64Cores(new TextEncoder().encode(written)));
    needles.push(strict(number, "utf-16", utf16(written)));
  }
  return withoutRepeats(needles);
}

function needle(value: number, form: Form, text: string): Needle {
  const encoder = new TextEncoder();
  if (form === "base64") return base64Needle(value, encoder.encode(text));
  const lines = text.split(/[\t ]*\r?\n[\t ]*/).map((line) => encoder.encode(line));
  const longest = lines.reduce((most, line) => line.length > most.length ? line : most);
  if (lines.length === 1 || longest.length < LEAST) {
    return strict(value, form, encoder.encode(text));
  }
  const before = lines.slice(0, lines.indexOf(longest));
  const start = before.reduce((sum, { length }) => sum + length, 0);
  const bytes = encoder.encode(text.replace(/[\t ]*\r?\n[\t ]*/g, ""));
  return { value, form, bytes, loose: true, parts: [[start, start + longest.length]] };
}

function strict(value: number, form: Form, bytes: Uint8Array): Needle {
  return { value, form, bytes, loose: false, parts: [[0, bytes.length]] };
}

/** Base64 may be broken into lines anywhere, but not twice within this many characters. */
function base64Needle(value: number, bytes: Uint8Array): Needle {
  const half = bytes.length >> 1;
  const parts: NeedlePart[] = half < LEAST
    ? [[0, bytes.length]]
    : [[0, half], [bytes.length - half, bytes.length]];
  return { value, form: "base64", bytes, loose: true, parts };
}

/** UTF-16, as PowerShell on Windows writes a file. */
function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(2 * text.length);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) view.setUint16(2 * at, text.charCodeAt(at), true);
  return bytes;
}

/** Removes needles that contain another needle, which finds them anyway. */
function withoutRepeats(needles: readonly Needle[]): Needle[] {
  const texts = needles.map(({ bytes }) => latin1(bytes));
  return needles.filter((needle, index) =>
    !needles.some((other, at) => {
      if (at === index || needle.loose && !other.loose) return false;
      const [text, part] = [texts[index]!, texts[at]!];
      return text.includes(part) && (text !== part || at < index || needle.loose !== other.loose);
    })
  );
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}
