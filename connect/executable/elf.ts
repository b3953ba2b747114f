/**
 * ELF executables of 64-bit little-endian systems: Linux.
 *
 * @module
 */

import { type ExecutableFile, type Image, type Part, readHeader, textAt, uint64 } from "./image.ts";

const HEADER = 64;
const SECTION = 64;
const SEGMENT = 56;
const PT_NOTE = 4;
const SHT_NOTE = 7;
// The names of the notes that matter here are short.
const NOTE = 12 + 32;
const MOST_NOTES = 1_000;

/** @returns Undefined when the file has another format. */
export function readElf(file: ExecutableFile): Image | undefined {
  const header = readHeader(file, 0, HEADER);
  const is64 = header.getUint8(4) === 2;
  const isLittleEndian = header.getUint8(5) === 1;
  if (header.getUint32(0) !== 0x7f454c46 || !is64 || !isLittleEndian) return undefined;
  const sectionCount = header.getUint16(60, true);
  const sectionsAt = uint64(header, 40);
  const segmentsAt = uint64(header, 32);
  const segmentCount = header.getUint16(56, true);
  const sections = new Map<string, Part>();
  const notes: Part[] = [];
  let end = Math.max(HEADER, sectionsAt + sectionCount * SECTION);
  const table = readHeader(file, sectionsAt, sectionCount * SECTION);
  const part = (at: number): Part => ({
    offset: uint64(table, at + 24),
    size: uint64(table, at + 32),
  });
  const namesIndex = header.getUint16(62, true);
  const names = namesIndex < sectionCount ? part(namesIndex * SECTION) : { offset: 0, size: 0 };
  const nameTable = readHeader(file, names.offset, names.size);
  for (let at = 0; at < table.byteLength; at += SECTION) {
    const section = part(at);
    sections.set(textAt(nameTable, table.getUint32(at, true), 64), section);
    if (table.getUint32(at + 4, true) === SHT_NOTE) notes.push(section);
  }
  const segments = readHeader(file, segmentsAt, segmentCount * SEGMENT);
  for (let at = 0; at < segments.byteLength; at += SEGMENT) {
    const segment = { offset: uint64(segments, at + 8), size: uint64(segments, at + 32) };
    end = Math.max(end, segment.offset + segment.size);
    if (segments.getUint32(at, true) === PT_NOTE) notes.push(segment);
  }
  const dynamicNames = sections.get(".dynstr");
  return {
    sections,
    payloads: new Set(notes.flatMap((note) => noteNames(file, note))),
    names: dynamicNames ? [dynamicNames] : [],
    end,
  };
}

/** The names of the notes in a part. Their content may be long and is skipped. */
function noteNames(file: ExecutableFile, { offset, size }: Part): string[] {
  const names: string[] = [];
  const end = Math.min(offset + size, file.size);
  for (let at = offset; at + 12 <= end && names.length < MOST_NOTES;) {
    const note = readHeader(file, at, Math.min(NOTE, end - at));
    const nameSize = note.getUint32(0, true);
    names.push(textAt(note, 12, Math.min(nameSize, 32)));
    at += 12 + padded(nameSize) + padded(note.getUint32(4, true));
  }
  return names;
}

function padded(size: number): number {
  return Math.ceil(size / 4) * 4;
}
