/**
 * JSON as RFC 8259 defines it, read from bytes without the runtime's `JSON` and `TextDecoder`. The
 * oracle of the fuzzer must not share a parser with the library.
 */

/** A JSON value. An object is a map, so that no name means anything to JavaScript. */
export type Json = null | boolean | number | string | Json[] | Map<string, Json>;

const MALFORMED = new Error("malformed");
const ESCAPES: Record<string, string> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
const NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/;

/** @returns The value, or `undefined` when the bytes are not exactly one JSON value in UTF-8. */
export function readJson(bytes: Uint8Array): Json | undefined {
  const reader = new Reader(bytes);
  try {
    const value = reader.value();
    reader.skipSpace();
    return reader.at === bytes.length ? value : undefined;
  } catch (error) {
    if (error !== MALFORMED) throw error;
    return undefined;
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  skipSpace(): void {
    for (;; this.at++) {
      const byte = this.#bytes[this.at];
      if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return;
    }
  }

  value(): Json {
    this.skipSpace();
    switch (this.#character()) {
      case "{":
        return this.#object();
      case "[":
        return this.#array();
      case '"':
        return this.#string();
      case "t":
        return this.#word("true", true);
      case "f":
        return this.#word("false", false);
      case "n":
        return this.#word("null", null);
      default:
        return this.#number();
    }
  }

  #character(): string {
    return String.fromCharCode(this.#bytes[this.at] ?? 0);
  }

  /** Takes one byte when it is there. */
  #takes(character: string): boolean {
    this.skipSpace();
    if (this.#character() !== character || this.at >= this.#bytes.length) return false;
    this.at++;
    return true;
  }

  #must(condition: boolean): void {
    if (!condition) throw MALFORMED;
  }

  #word<T>(word: string, value: T): T {
    for (const character of word) {
      this.#must(this.#character() === character);
      this.at++;
    }
    return value;
  }

  #number(): number {
    let text = "";
    for (; /[-+.eE0-9]/.test(this.#character()); this.at++) text += this.#character();
    this.#must(NUMBER.test(text));
    return Number(text);
  }

  #array(): Json[] {
    this.at++;
    const list: Json[] = [];
    if (this.#takes("]")) return list;
    do list.push(this.value()); while (this.#takes(","));
    this.#must(this.#takes("]"));
    return list;
  }

  #object(): Map<string, Json> {
    this.at++;
    const members = new Map<string, Json>();
    if (this.#takes("}")) return members;
    do {
      this.skipSpace();
      this.#must(this.#character() === '"');
      const name = this.#string();
      this.#must(this.#takes(":"));
      members.set(name, this.value()); // the last of several wins
    } while (this.#takes(","));
    this.#must(this.#takes("}"));
    return members;
  }

  #string(): string {
    this.at++;
    let text = "";
    for (;;) {
      const byte = this.#bytes[this.at];
      if (byte === undefined || byte < 0x20) throw MALFORMED;
      if (byte === 0x22) {
        this.at++;
        return text;
      }
      text += byte === 0x5c ? this.#escape() : this.#utf8(byte);
    }
  }

  #escape(): string {
    this.at++;
    const letter = this.#character();
    this.at++;
    if (letter !== "u") {
      const meant = ESCAPES[letter];
      if (meant === undefined) throw MALFORMED;
      return meant;
    }
    let unit = 0;
    for (let digit = 0; digit < 4; digit++, this.at++) {
      const value = "0123456789abcdef".indexOf(this.#character().toLowerCase());
      this.#must(value >= 0);
      unit = unit * 16 + value;
    }
    return String.fromCharCode(unit);
  }

  /** One character, by the table of well-formed byte sequences of the Unicode standard. */
  #utf8(first: number): string {
    this.at++;
    if (first < 0x80) return String.fromCharCode(first);
    const more = first >= 0xc2 && first <= 0xdf ? 1 : first >= 0xe0 && first <= 0xef ? 2 : 3;
    this.#must(first >= 0xc2 && first <= 0xf4);
    let point = first & (0x3f >> more);
    for (let left = more; left > 0; left--) {
      const byte = this.#bytes[this.at++] ?? 0;
      this.#must((byte & 0xc0) === 0x80);
      point = point << 6 | byte & 0x3f;
    }
    const least = [0x80, 0x800, 0x10000][more - 1]!;
    this.#must(point >= least && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff));
    return String.fromCodePoint(point);
  }
}
