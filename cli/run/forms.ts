/**
 * The forms in which a program may print a value: as it is, line by line, and as in JSON, URLs,
 * base64 and shells. Other encodings, such as hexadecimal, are not included.
 *
 * @module
 */

import { octal } from "../../src/errors/shell_word.ts";

/** The least length of a value in characters; a shorter one occurs everywhere. */
export const SHORTEST = 4;

/** Whether a value is long enough to be masked. */
export function isMaskable(value: string): boolean {
  return [...value].length >= SHORTEST;
}

/** @returns The texts to mask for a value. */
export function formsOf(value: string): ReadonlySet<string> {
  const forms = new Set<string>();
  if (!isMaskable(value)) return forms;
  const lines = value.split(/\r\n|[\r\n]/).filter((line) => isMaskable(line.trim()));
  const whole = ends(value).filter(isMaskable);
  for (const text of new Set([...whole, ...lines.flatMap(ends)])) {
    for (const form of [text, ...json(text), ...percent(text), ...shell(text)]) forms.add(form);
  }
  for (const text of whole) {
    for (const form of base64(new TextEncoder().encode(text))) forms.add(form);
  }
  return new Set([...forms].filter(isMaskable));
}

/** With its blanks and newlines at both ends, which programs and `$(…)` remove, and without them. */
function ends(text: string): string[] {
  return [...new Set([text, text.replace(/\r?\n$/, ""), text.trimEnd(), text.trim()])];
}

/**
 * As JavaScript, Go (also `<`, `>` and `&`), PHP (also `/`), Python (only ASCII) and .NET write it.
 */
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
  // JSON within a string of JSON, as in a log of logs.
  return [...forms, ...forms.map((form) => JSON.stringify(form).slice(1, -1))];
}

function unicode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/**
 * Percent-encoding: by RFC 3986, by JavaScript and Python, in a URL's password and query, and in
 * forms, with digits of either case.
 */
export function percent(text: string): string[] {
  // A lone surrogate has no such form.
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

/** The text between quotes, or without quotes. */
export function shell(text: string): string[] {
  const ansi = text.replace(/[\\']/g, "\\$&").replace(/\p{Cc}/gu, (character) => {
    const letter = "abtnvfr"[character.charCodeAt(0) - 7];
    return letter === undefined ? octal(character) : `\\${letter}`;
  }).replaceAll("\\033", "\\E");
  return [
    text.replaceAll("'", `'\\''`),
    // As dash and Python's shlex write it.
    text.replaceAll("'", `'"'"'`),
    text.replace(/["$`\\]/g, "\\$&"),
    // Bash's printf %q, and zsh's (q).
    text.replace(/[^\w@%+=:./~#\n\u0080-\uffff-]|(?<=^|[:=])~|^#/g, "\\$&"),
    text.replace(/[^\w@%+=:,./~!\n\u0080-\uffff-]|^[~=]/g, "\\$&"),
    // $'…', in a locale of UTF-8 and in that of C. The former is also what console.log shows of a
    // string in an object, and Python's repr.
    ansi,
    ansi.replace(/[\u0080-\uffff]+/g, octal),
  ];
}

/** Base64 encodes three bytes at a time, so the bytes before a value change its form. */
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

/**
 * The base64 of bytes within longer ones, in both alphabets, without the characters that depend on
 * the surrounding bytes.
 */
export function base64Cores(bytes: Uint8Array): string[] {
  const cores: string[] = [];
  for (const offset of OFFSETS) {
    const padded = new Uint8Array(offset + bytes.length);
    padded.set(bytes, offset);
    const text = encode(padded);
    // Only characters whose bits all belong to the value.
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
