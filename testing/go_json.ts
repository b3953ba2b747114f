/**
 * JSON as Go's encoding/json reads it, where that differs from `JSON.parse`: it keeps every member of an
 * object, in order, and compares names without regard to case.
 */

// encoding/json refuses deeper nesting.
const MAX_DEPTH = 10_000;

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Decodes UTF-8. Each byte that cannot be decoded becomes one U+FFFD; `TextDecoder` gives one for
 * several bytes. A byte order mark is kept, and JSON.parse refuses it as the daemon does.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    let text = "";
    for (let i = 0; i < bytes.length;) {
      const sequence = bytes.subarray(i, i + sequenceLength(bytes[i]!));
      try {
        text += strict.decode(sequence);
        i += sequence.length;
      } catch {
        text += "\uFFFD";
        i++;
      }
    }
    return text;
  }
}

function sequenceLength(lead: number): number {
  return lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/** Folds a name: two members with the same folded name are the same member. */
export function foldName(name: string): string {
  // Only these two letters outside ASCII fold to an ASCII letter. toLowerCase() maps more.
  return name.replace(/[A-Z\u017F\u212A]/g, (letter) => {
    if (letter === "\u017F") return "s";
    return letter === "\u212A" ? "k" : letter.toLowerCase();
  });
}

/**
 * Reads the outermost object of a JSON text.
 *
 * @returns Its members in order, repeated names included, each value as JSON text; `null` for the
 * text `null`; undefined when the text is neither, is not JSON, or is nested too deeply.
 */
export function readMembers(text: string): [name: string, value: string][] | null | undefined {
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (whole === null) return null;
  if (typeof whole !== "object" || Array.isArray(whole)) return undefined;
  const members: [string, string][] = [];
  // From here on the text is valid JSON, so only its structure matters.
  let depth = 0;
  let name = "";
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text[i]) {
      case '"':
        i = endOfString(text, i);
        break;
      case "{":
      case "[":
        if (++depth > MAX_DEPTH) return undefined;
        if (depth === 1) start = i + 1;
        break;
      case ":":
        if (depth !== 1) break;
        name = JSON.parse(text.slice(start, i));
        start = i + 1;
        break;
      case ",":
        if (depth !== 1) break;
        members.push([name, text.slice(start, i)]);
        start = i + 1;
        break;
      case "]":
      case "}":
        if (--depth > 0 || text.slice(start, i).trim() === "") break;
        members.push([name, text.slice(start, i)]);
    }
  }
  return members;
}

/** @returns Where the quotation mark is that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') i += text[i] === "\\" ? 2 : 1;
  return i;
}
