/**
 * `kca://SERVICE/TARGET` in the values of dotenv files.
 *
 * In a value that is a single reference, the target may contain `:` and `/` unencoded. Within a
 * longer value a reference ends at the first character that is neither unreserved (RFC 3986:
 * letters, digits, `-._~`) nor a percent code, so `kca://app/USER:kca://app/PASSWORD@host` contains
 * two.
 *
 * @module
 */

import { usageError } from "../exit_codes.ts";

/** One secret of one service. */
export interface Reference {
  readonly service: string;
  readonly target: string;
}

/** Text and references, alternating. */
export type Template = readonly (string | Reference)[];

const WORD = "(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})+";
const WHOLE = /^kca:\/\/([^/]+)\/((?:[A-Za-z0-9._~:/-]|%[0-9A-Fa-f]{2})+)$/;
const WITHIN = new RegExp(`kca://(${WORD})/(${WORD})`, "g");
const SCHEME = "kca://";

/**
 * Finds the references in a value.
 *
 * @param value The value.
 * @param where The name of the value, for messages.
 * @throws {CommandError} When a text begins like a reference and is not one.
 */
export function parseTemplate(value: string, where: string): Template {
  const count = value.split(SCHEME).length - 1;
  if (count === 0) return [value];
  const whole = count === 1 ? WHOLE.exec(value) : null;
  if (whole) return [reference(whole, where)];
  const template: (string | Reference)[] = [];
  let end = 0;
  for (const match of value.matchAll(WITHIN)) {
    if (match.index > end) template.push(value.slice(end, match.index));
    template.push(reference(match, where));
    end = match.index + match[0].length;
  }
  if (end < value.length) template.push(value.slice(end));
  const found = template.filter((part) => typeof part !== "string").length;
  if (found !== count) throw malformed(where);
  return template;
}

/** @returns The reference, if the whole text is one; else `undefined`. */
export function parseReference(text: string, where: string): Reference | undefined {
  if (!text.startsWith(SCHEME)) return undefined;
  const [part, ...more] = parseTemplate(text, where);
  if (typeof part === "object" && more.length === 0) return part;
  throw malformed(where);
}

function reference([, ...parts]: RegExpMatchArray, where: string): Reference {
  let decoded: string[];
  try {
    decoded = parts.map((part) => decodeURIComponent(part!));
  } catch {
    throw malformed(where);
  }
  const [service = "", target = ""] = decoded;
  if (service.includes(":")) {
    throw usageError(`${where} refers to a service whose name contains ":", which none may`);
  }
  return { service, target };
}

function malformed(where: string): Error {
  return usageError(
    `${where} contains a reference that does not have the form ` +
      "kca://SERVICE/TARGET with everything but letters, digits and -._~ percent-encoded",
  );
}
