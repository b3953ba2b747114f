/**
 * Reads dotenv files as Bun does for each script.
 *
 * @module
 */

const BLANK = /[\t\v\f \xa0\r\n]/;
const NAME = /[A-Za-z0-9_.-]*/y;
const REFERENCE = /[A-Za-z0-9_]*/y;
const BRACES = /^\$\{([A-Za-z0-9_]*)(?::-(.*))?\}$/s;

/**
 * @param text The content of a file, without a byte order mark.
 * @param shell Further variables that the file may refer to.
 * @returns The variables, with `$NAME` and `${NAME:-default}` in their values expanded.
 */
export function readAsBun(
  text: string,
  shell: (name: string) => string | undefined,
): Map<string, string> {
  const variables = parse(text);
  const lookUp = (name: string): string | undefined => variables.get(name) ?? shell(name);
  // In order: a reference sees expanded values above it and original values below it.
  for (const [name, value] of variables) variables.set(name, fill(value, lookUp));
  return variables;
}

function parse(text: string): Map<string, string> {
  const variables = new Map<string, string>();
  let at = 0;
  while (at < text.length) {
    const key = keyAt(text, at);
    if (key === undefined) at = nextLine(text, at);
    else {
      const { value, end } = valueAt(text, key.end);
      variables.set(key.name, value);
      at = end;
    }
  }
  return variables;
}

interface Key {
  readonly name: string;
  /** Where its value begins. */
  readonly end: number;
}

function keyAt(text: string, from: number, exported = false): Key | undefined {
  const start = exported ? from : afterBlanks(text, from);
  const name = wordAt(NAME, text, start);
  const after = afterBlanks(text, start + name.length);
  if (name === "" || after >= text.length) return undefined;
  if (!exported && name === "export" && after > start + name.length) {
    const key = keyAt(text, after, true);
    if (key !== undefined) return key;
  }
  if (text[after] === "=") return { name, end: after + 1 };
  const yaml = text[after] === ":" && BLANK.test(text[after + 1] ?? "");
  return yaml ? { name, end: after + 2 } : undefined;
}

function valueAt(text: string, from: number): { value: string; end: number } {
  const start = afterBlanks(text, from);
  const quote = text[start];
  if (quote === '"' || quote === "'" || quote === "`") {
    for (let at = start + 1; at < text.length; at++) {
      if (text[at] === "\\") at++;
      else if (text[at] === quote) {
        // The rest of its line is ignored.
        return { value: unquoted(text.slice(start + 1, at), quote), end: nextLine(text, at) };
      }
    }
  }
  let end = from;
  while (end < text.length && !"#\r\n".includes(text[end]!)) end++;
  return { value: text.slice(from, end).replace(/^[\t\v\f \xa0]+|[\t\v\f \xa0]+$/g, ""), end };
}

function unquoted(inner: string, quote: string): string {
  const lines = inner.replace(/\r\n?/g, "\n");
  if (quote !== '"') return lines;
  return lines.replace(
    /\\(.)/gs,
    (pair, letter) => letter === "n" ? "\n" : letter === "r" ? "\r" : pair,
  );
}

/**
 * Expands `$NAME`, `${NAME}` and `${NAME:-default}`. Expanded text is not expanded again, a
 * backslash escapes `$`, and braces with other content stay unchanged.
 */
function fill(value: string, lookUp: (name: string) => string | undefined): string {
  let filled = "";
  for (let at = 0; at < value.length;) {
    const found = value.indexOf("$", at);
    if (found < 0) return filled + value.slice(at);
    const escaped = found > at && value[found - 1] === "\\";
    filled += value.slice(at, escaped ? found - 1 : found);
    const name = wordAt(REFERENCE, value, found + 1);
    if (!escaped && name !== "") {
      filled += lookUp(name) ?? "";
      at = found + 1 + name.length;
    } else if (escaped || value[found + 1] !== "{") {
      filled += "$";
      at = found + 1;
    } else {
      const end = closingBrace(value, found + 2);
      const braces = value.slice(found, end);
      const [, inner, fallback = ""] = BRACES.exec(braces) ?? [];
      filled += inner === undefined ? braces : lookUp(inner) ?? fill(fallback, lookUp);
      at = end;
    }
  }
  return filled;
}

/** @returns The index after the closing brace, or the end of the text without one. */
function closingBrace(text: string, from: number): number {
  let open = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text.startsWith("${", at)) open++;
    else if (text[at] === "}" && --open === 0) return at + 1;
  }
  return text.length;
}

function wordAt(word: RegExp, text: string, at: number): string {
  word.lastIndex = at;
  return word.exec(text)![0];
}

function afterBlanks(text: string, at: number): number {
  while (at < text.length && BLANK.test(text[at]!)) at++;
  return at;
}

function nextLine(text: string, at: number): number {
  while (at < text.length && !"\r\n".includes(text[at]!)) at++;
  return at + 1;
}
