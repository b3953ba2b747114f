/**
 * Strings for Windows calls.
 *
 * @module
 */

/**
 * A string as Windows expects it: UTF-16, little endian, terminated by a NUL. Converted unit by
 * unit, so that a lone surrogate stays unchanged.
 *
 * @param text Without NUL characters.
 * @returns Two bytes a code unit and two for the end.
 * @throws {TypeError} When `text` contains a NUL, which would truncate it.
 */
export function utf16(text: string): Uint8Array {
  if (text.includes("\0")) throw new TypeError("A pipe name cannot contain a NUL character");
  const bytes = new Uint8Array(new ArrayBuffer((text.length + 1) * 2));
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), true);
  return bytes;
}
