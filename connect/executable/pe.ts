/**
 * PE executables of 64-bit systems: Windows.
 *
 * @module
 */

import { type ExecutableFile, type Image, type Part, readHeader, textAt } from "./image.ts";

const DOS_HEADER = 64;
const PE_HEADER = 24;
const SECTION = 40;
const PE32_PLUS = 0x20b;
const DIRECTORIES = 112;
const RT_RCDATA = 10;
const IS_TABLE = 0x80000000;

/** Finds what is loaded at an address. */
type Locate = (address: number, size: number) => Part | undefined;

/** @returns Undefined when the file has another format. */
export function readPe(file: ExecutableFile): Image | undefined {
  const dos = readHeader(file, 0, DOS_HEADER);
  if (dos.getUint16(0) !== 0x4d5a) return undefined;
  const start = dos.getUint32(60, true);
  const header = readHeader(file, start, PE_HEADER);
  if (header.getUint32(0) !== 0x50450000) return undefined;
  const optionalSize = header.getUint16(20, true);
  if (optionalSize < DIRECTORIES + 3 * 8) return undefined;
  const optional = readHeader(file, start + PE_HEADER, optionalSize);
  if (optional.getUint16(0, true) !== PE32_PLUS) return undefined;
  const count = header.getUint16(6, true);
  const table = readHeader(file, start + PE_HEADER + optionalSize, count * SECTION);
  const sections = new Map<string, Part>();
  const loaded: { address: number; part: Part }[] = [];
  let end = start + PE_HEADER + optionalSize + count * SECTION;
  for (let at = 0; at < table.byteLength; at += SECTION) {
    const part = { offset: table.getUint32(at + 20, true), size: table.getUint32(at + 16, true) };
    sections.set(textAt(table, at, 8), part);
    loaded.push({ address: table.getUint32(at + 12, true), part });
    end = Math.max(end, part.offset + part.size);
  }
  const locate: Locate = (address, size) => {
    const found = loaded.find((one) =>
      address >= one.address && address + size <= one.address + one.part.size
    );
    return found && { offset: found.part.offset + address - found.address, size };
  };
  const directory = (index: number): Part | undefined => {
    const at = DIRECTORIES + index * 8;
    return locate(optional.getUint32(at, true), optional.getUint32(at + 4, true));
  };
  const exported = directory(0);
  const resources = directory(2);
  return {
    sections,
    payloads: new Set(resources ? rawResources(file, resources) : []),
    names: exported && exported.size > 0 ? [exported] : [],
    end,
  };
}

/** The names of resources that are raw data. */
function* rawResources(file: ExecutableFile, whole: Part): Generator<string> {
  for (const type of entries(file, whole, 0)) {
    if (type.id !== RT_RCDATA || !(type.value & IS_TABLE)) continue;
    for (const { id } of entries(file, whole, type.value & ~IS_TABLE)) {
      if (!(id & IS_TABLE)) continue;
      const at = whole.offset + (id & ~IS_TABLE);
      const length = readHeader(file, at, 2).getUint16(0, true);
      const text = readHeader(file, at + 2, Math.min(length, 64) * 2);
      let name = "";
      for (let i = 0; i < text.byteLength; i += 2) {
        name += String.fromCharCode(text.getUint16(i, true));
      }
      yield name;
    }
  }
}

function entries(file: ExecutableFile, whole: Part, at: number): { id: number; value: number }[] {
  const header = readHeader(file, whole.offset + at, 16);
  const count = header.getUint16(12, true) + header.getUint16(14, true);
  const list = readHeader(file, whole.offset + at + 16, count * 8);
  return Array.from({ length: count }, (_, index) => ({
    id: list.getUint32(index * 8, true),
    value: list.getUint32(index * 8 + 4, true),
  }));
}
