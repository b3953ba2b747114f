/**
 * Mach-O executables of 64-bit systems: macOS.
 *
 * @module
 */

import { type ExecutableFile, type Image, type Part, readHeader, textAt, uint64 } from "./image.ts";

const MAGIC = 0xfeedfacf;
const FAT_MAGIC = 0xcafebabe;
const HEADER = 32;
const LC_SYMTAB = 0x2;
const LC_SEGMENT_64 = 0x19;
const SECTION = 80;

/** @returns Undefined when the file has another format. Of a universal binary, the first is read. */
export function readMachO(file: ExecutableFile): Image | undefined {
  const start = readHeader(file, 0, 20);
  const isFat = start.getUint32(0) === FAT_MAGIC;
  const base = isFat ? start.getUint32(16) : 0;
  const header = readHeader(file, base, HEADER);
  if (header.getUint32(0, true) !== MAGIC) return undefined;
  const length = header.getUint32(20, true);
  const commands = readHeader(file, base + HEADER, length);
  const sections = new Map<string, Part>();
  const payloads = new Set<string>();
  // The libraries that are loaded are named among the commands.
  const names: Part[] = [{ offset: base + HEADER, size: length }];
  let end = base + HEADER + length;
  let at = 0;
  for (let count = header.getUint32(16, true); count > 0 && at + 8 <= length; count--) {
    const kind = commands.getUint32(at, true);
    if (kind === LC_SEGMENT_64) {
      payloads.add(textAt(commands, at + 8, 16));
      end = Math.max(end, base + uint64(commands, at + 40) + uint64(commands, at + 48));
      const first = at + 72;
      const last = first + commands.getUint32(at + 64, true) * SECTION;
      for (let section = first; section < last; section += SECTION) {
        const name = textAt(commands, section, 16);
        const offset = base + commands.getUint32(section + 48, true);
        sections.set(name, { offset, size: uint64(commands, section + 40) });
        payloads.add(name).add(textAt(commands, section + 16, 16));
      }
    } else if (kind === LC_SYMTAB) {
      const offset = base + commands.getUint32(at + 16, true);
      names.push({ offset, size: commands.getUint32(at + 20, true) });
    }
    at += Math.max(8, commands.getUint32(at + 4, true));
  }
  return { sections, payloads, names, end };
}
