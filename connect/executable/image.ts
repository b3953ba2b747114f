/**
 * The common part of the formats of executables, as far as it is needed to distinguish runtimes
 * from programs.
 *
 * @module
 */

/** A file that is read in small parts. */
export interface ExecutableFile {
  /** Its length in bytes. */
  readonly size: number;
  /**
   * Reads a part.
   *
   * @returns The bytes, fewer only where the file ends.
   */
  readAt(offset: number, length: number): Uint8Array;
}

/** A part of a file. */
export interface Part {
  readonly offset: number;
  readonly size: number;
}

/** A file's outline. */
export interface Image {
  /** Named parts: sections. */
  readonly sections: ReadonlyMap<string, Part>;
  /** Names of data that tools have added to the file later. */
  readonly payloads: ReadonlySet<string>;
  /** Where the names of exported and imported functions are. */
  readonly names: readonly Part[];
  /** Where the format's own content ends; what follows was appended. */
  readonly end: number;
}

/** A file whose content does not match its first bytes. */
export class DamagedImageError extends Error {
  override readonly name = "DamagedImageError";
}

// More than any header of a real executable, so that a forged one cannot make us read gigabytes.
const LONGEST = 1024 * 1024;

/** Reads a header. @throws {DamagedImageError} When it is not there. */
export function readHeader(file: ExecutableFile, offset: number, length: number): DataView {
  if (length > LONGEST) throw new DamagedImageError("A header is too long");
  const bytes = file.readAt(offset, length);
  if (bytes.length < length) throw new DamagedImageError("The file ends within a header");
  return new DataView(bytes.buffer, bytes.byteOffset, length);
}

/** Reads a 64-bit number. @throws {DamagedImageError} When no file is that long. */
export function uint64(view: DataView, offset: number): number {
  const value = Number(view.getBigUint64(offset, true));
  if (Number.isSafeInteger(value)) return value;
  throw new DamagedImageError("An offset is out of range");
}

/** @returns The text up to the first NUL, or as long as it may be. */
export function textAt(view: DataView, offset: number, longest: number): string {
  let text = "";
  for (let i = offset; i < offset + longest && i < view.byteLength; i++) {
    const byte = view.getUint8(i);
    if (byte === 0) break;
    text += String.fromCharCode(byte);
  }
  return text;
}
