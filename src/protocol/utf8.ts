/**
 * From bytes to text.
 *
 * @module
 */

import { ProtocolError } from "../errors/connection.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Decodes bytes. Deno does it three times as fast when it need not be strict, and damage shows all
 * the same.
 *
 * @throws {ProtocolError} When they are not UTF-8.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  const text = decoder.decode(bytes);
  if (!text.includes("\ufffd")) return text;
  try {
    return strictDecoder.decode(bytes);
  } catch {
    throw new ProtocolError("the reply is not UTF-8");
  }
}

/** Where the last whole character ends: what is there of a next one is at most three bytes long. */
export function wholeCharacters(bytes: Uint8Array): number {
  const { length } = bytes;
  for (let at = length - 1; at >= 0 && at > length - 4; at--) {
    const byte = bytes[at]!;
    if (byte < 0x80) return length;
    // The first byte of a character says how long it is.
    if (byte >= 0xc0) return at + (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > length ? at : length;
  }
  return length;
}
