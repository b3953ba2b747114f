/**
 * The forms in which a program may print a value: as it is, line by line, and as JSON, URLs, base64
 * and shells have it. Other encodings, such as hexadecimal digits, are not among them.
 *
 * @module
 */

import { octal } from "../../src/errors/shell_word.ts";

/** Characters that a value must have: a shorter one is found in everything. */
export const SHORTEST = 4;

/** Whether a value is long enough to be masked. */
export function isMaskable(value: string): boolean {
  return [...value].length >= SHORTEST;
}

/** @returns What to mask for a value. */
export function formsOf(value: string): ReadonlySet<string> {
  const forms = new Set<string>();
  if (!isMaskable(value)) return forms;
  const lines = value.split(/\r\n|[\r\n]/).filter((line) => isMaskable(line.trim()));
  for (const text of [value, ...lines]) {
    for (const form of [text, ...json(text), ...percent(text), ...shell(text)]) forms.add(form);
  }
  for (const form of base64(new TextEncoder().encode(value))) forms.add(form);
  return new Set([...forms].filter(isMaskable));
}

/** As JavaScript writes it, Go (`<`, `>` and `&` too), PHP (`/` too), Python (ASCII alone) and .NET. */
export function json(text: string): string[] {
  const plain = JSON.stringify(text).slice(1, -1);
  const forms = [
    plain,
    plain.replace(/[<>&\u2028\u2029]/g, unicode),
    plain.replaceAll("/", "\\/"),
    plain.replace(/[\u007f-\uffff]/g, unicode),
    plain.replaceAll('\\"', "\\u0022").replace(
      /[&'+<>`\u007f-\uffff]/g,
      (character) => `\\u${unicode(character).slice(2).toUpperCase()}`,
    ),
  ];
  // Within a string of JSON that is itself a string of JSON, as in a log of logs.
  return [...forms, ...forms.map((form) => JSON.stringify(form).slice(1, -1))];
}

function unicode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/**
 * RFC 3986, as JavaScript and Python leave it, as a URL has it in its password and its query, and as
 * forms have it, with digits of either case.
 */
export function percent(text: string): string[] {
  // Half of a surrogate pair has no such form.
  const whole = text.replace(/\p{Surrogate}/gu, "\uFFFD");
  const plain = encodeURIComponent(whole);
  const escaped = (pattern: RegExp): string =>
    plain.replace(
      pattern,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  const strict = escaped(/[!'()*]/g);
  const form = escaped(/[!'()~]/g);
  const url = new URL("https://host");
  url.password = whole;
  url.search = `?${whole}`;
  const forms = [
    ...[plain, strict, ...[plain, strict, form].map((one) => one.replaceAll("%20", "+"))],
    ...[strict.replaceAll("%2F", "/"), encodeURI(whole), url.password, url.search.slice(1)],
  ];
  return [
    ...forms,
    ...forms.map((form) => form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
  ];
}

/** What stands between quotes, or without them. */
export function shell(text: string): string[] {
  const ansi = text.replace(/[\\']/g, "\\$&").replace(/\p{Cc}/gu, (character) => {
    const letter = "abtnvfr"[character.charCodeAt(0) - 7];
    return letter === undefined ? octal(character) : `\\${letter}`;
  }).replaceAll("\\033", "\\E");
  return [
    text.replaceAll("'", `'\\''`),
    // As dash and Python's shlex have it.
    text.replaceAll("'", `'"'"'`),
    text.replace(/["$`\\]/g, "\\$&"),
    // Bash's printf %q, and zsh's (q).
    text.replace(/[^\w@%+=:./~#\n\u0080-\uffff-]|(?<=^|[:=])~|^#/g, "\\$&"),
    text.replace(/[^\w@%+=:,./~!\n\u0080-\uffff-]|^[~=]/g, "\\$&"),
    // $'…', in a locale of UTF-8 and in that of C.
    ansi,
    ansi.replace(/[\u0080-\uffff]+/g, octal),
  ];
}

/** Base64 takes three bytes at a time, so what comes before a value changes how it looks. */
const OFFSETS = [0, 1, 2];
/** Characters in a line of base64(1) and MIME, and of PEM and openssl. */
const WIDTHS = [76, 64];

function base64(bytes: Uint8Array): string[] {
  const whole = encode(bytes);
  const forms = [whole, whole.replace(/=+$/, "")];
  for (const width of WIDTHS) {
    if (whole.length <= width) continue;
    for (let at = 0; at < whole.length; at += width) forms.push(whole.slice(at, at + width));
  }
  return [...base64Cores(bytes), ...forms, ...forms.map(forURLs)];
}

/** What bytes look like within longer ones, in both alphabets: the same for all that may surround them. */
export function base64Cores(bytes: Uint8Array): string[] {
  const cores: string[] = [];
  for (const offset of OFFSETS) {
    const padded = new Uint8Array(offset + bytes.length);
    padded.set(bytes, offset);
    const text = encode(padded);
    // Only characters all of whose bits are the value's.
    const first = Math.ceil(offset * 8 / 6);
    const last = Math.floor(padded.length * 8 / 6);
    const core = text.slice(first, last);
    if (core.length > SHORTEST) cores.push(core, forURLs(core));
  }
  return cores;
}

function forURLs(base64: string): string {
  return base64.replaceAll("+", "-").replaceAll("/", "_");
}

function encode(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
