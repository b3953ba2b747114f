/**
 * Finds out from the header of an ELF file whether this system starts it, elf(5).
 *
 * @module
 */

const MAGIC = [0x7f, 0x45, 0x4c, 0x46];
/** ELFCLASS64 and ELFDATA2LSB, of both supported processors. */
const IDENT = [2, 1];
/** EM_X86_64 and EM_AARCH64, by Node's names. */
const MACHINES: Readonly<Record<string, number>> = { x64: 62, arm64: 183 };
const ET_EXEC = 2;
const ET_DYN = 3;
const PT_INTERP = 3;
const HEADER = 64;
const PROGRAM_HEADER = 56;

/** Whether a file begins like an ELF file. */
export function isElf(start: Uint8Array): boolean {
  return MAGIC.every((byte, at) => start[at] === byte);
}

/**
 * @param start The beginning of the file, with its program headers.
 * @param arch The processor.
 * @returns The loader that the file needs, an empty string when it needs none; `undefined` when it
 * is unknown whether the file can be started.
 */
export function loaderOf(start: Uint8Array, arch: string): string | undefined {
  if (start.length < HEADER || !IDENT.every((byte, at) => start[4 + at] === byte)) return undefined;
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  const type = view.getUint16(16, true);
  if (view.getUint16(18, true) !== MACHINES[arch]) return undefined;
  if (type !== ET_EXEC && type !== ET_DYN) return undefined;
  const [first, size, count] = [
    Number(view.getBigUint64(32, true)),
    view.getUint16(54, true),
    view.getUint16(56, true),
  ];
  if (size !== PROGRAM_HEADER || count === 0 || first + size * count > start.length) {
    return undefined;
  }
  for (let at = first; at < first + size * count; at += size) {
    if (view.getUint32(at, true) !== PT_INTERP) continue;
    const offset = Number(view.getBigUint64(at + 8, true));
    const length = Number(view.getBigUint64(at + 32, true));
    if (length < 2 || offset + length > start.length) return undefined;
    return new TextDecoder().decode(start.subarray(offset, offset + length - 1));
  }
  return "";
}
