/**
 * Strings for Windows calls.
 *
 * @module
 */

/**
 * A string as Windows wants it: UTF-16, little endian, ended by a NUL. Unit by unit, so that a lone
 * surrogate stays what it was and no UTF-8 byte is ever widened.
 *
 * @param text Without NUL characters.
 * @returns Two bytes a code unit and two for the end.
 * @throws {TypeError} When `text` holds a NUL, which would cut it short.
 */
export function utf16(text: string): Uint8Array {
  if (text.includes("\0")) throw new TypeError("A pipe name cannot hold a NUL character");
  const bytes = new Uint8Array(new ArrayBuffer((text.length + 1) * 2));
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), true);
  return bytes;
}
