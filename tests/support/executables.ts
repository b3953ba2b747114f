/** Small executables of the three formats, with just the parts that are looked at. */
import { Buffer } from "node:buffer";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { ExecutableFile } from "../../connect/shared_runtime.ts";

/** What an executable is to have. */
export interface Parts {
  sections?: Record<string, Uint8Array | string>;
  /** Notes (ELF), segments (Mach-O) or raw resources (PE). */
  payloads?: string[];
  /** Names of functions. */
  names?: string;
}

const bytes = (content: Uint8Array | string): Buffer => Buffer.from(content as string);

/** An executable of Linux. */
export function elf({ sections = {}, payloads = [], names = "" }: Parts): Buffer {
  const all = Object.entries({ ...sections, ".dynstr": names });
  const notes = Buffer.concat(payloads.map((name) => {
    const note = Buffer.alloc(12 + Math.ceil((name.length + 1) / 4) * 4 + 8);
    note.writeUInt32LE(name.length + 1, 0);
    note.writeUInt32LE(5, 4);
    note.write(name, 12);
    return note;
  }));
  const table = Buffer.from(`\0${[...all.map(([name]) => name), ".shstrtab"].join("\0")}\0`);
  const contents = [...all.map(([, content]) => bytes(content)), table];
  const start = 64 + 56 + notes.length;
  const sectionsAt = start + contents.reduce((sum, { length }) => sum + length, 0);
  const headers = Buffer.alloc(64 * contents.length);
  let offset = start;
  for (const [index, content] of contents.entries()) {
    const name = [...all.map(([name]) => name), ".shstrtab"][index]!;
    headers.writeUInt32LE(table.indexOf(`\0${name}\0`) + 1, index * 64);
    headers.writeUInt32LE(1, index * 64 + 4);
    headers.writeBigUInt64LE(BigInt(offset), index * 64 + 24);
    headers.writeBigUInt64LE(BigInt(content.length), index * 64 + 32);
    offset += content.length;
  }
  const header = Buffer.alloc(64 + 56);
  header.write("\x7fELF\x02\x01", "latin1");
  header.writeBigUInt64LE(64n, 32);
  header.writeBigUInt64LE(BigInt(sectionsAt), 40);
  header.writeUInt16LE(1, 56);
  header.writeUInt16LE(contents.length, 60);
  header.writeUInt16LE(contents.length - 1, 62);
  header.writeUInt32LE(4, 64);
  header.writeBigUInt64LE(64n + 56n, 64 + 8);
  header.writeBigUInt64LE(BigInt(notes.length), 64 + 32);
  return Buffer.concat([header, notes, ...contents, headers]);
}

/** An executable of macOS. */
export function machO({ sections = {}, payloads = [], names = "" }: Parts): Buffer {
  const all = Object.entries(sections);
  const length = all.length * (72 + 80) + payloads.length * 72 + 24;
  const commands = Buffer.alloc(length);
  let offset = 32 + length;
  let at = 0;
  for (const [name, content] of all) {
    commands.writeUInt32LE(0x19, at);
    commands.writeUInt32LE(72 + 80, at + 4);
    commands.writeUInt32LE(1, at + 64);
    commands.write(name, at + 72);
    commands.writeBigUInt64LE(BigInt(content.length), at + 72 + 40);
    commands.writeUInt32LE(offset, at + 72 + 48);
    offset += content.length;
    at += 72 + 80;
  }
  for (const name of payloads) {
    commands.writeUInt32LE(0x19, at);
    commands.writeUInt32LE(72, at + 4);
    commands.write(name, at + 8);
    at += 72;
  }
  commands.writeUInt32LE(2, at);
  commands.writeUInt32LE(24, at + 4);
  commands.writeUInt32LE(offset, at + 16);
  commands.writeUInt32LE(names.length, at + 20);
  const header = Buffer.alloc(32);
  header.writeUInt32LE(0xfeedfacf, 0);
  header.writeUInt32LE(all.length + payloads.length + 1, 16);
  header.writeUInt32LE(length, 20);
  return Buffer.concat([
    header,
    commands,
    ...all.map(([, content]) => bytes(content)),
    bytes(names),
  ]);
}

/** One file for several processors, of which this is the first. */
export function fatMachO(first: Buffer): Buffer {
  const header = Buffer.alloc(64);
  header.writeUInt32BE(0xcafebabe, 0);
  header.writeUInt32BE(1, 4);
  header.writeUInt32BE(header.length, 16);
  header.writeUInt32BE(first.length, 20);
  return Buffer.concat([header, first]);
}

/** An executable of Windows. */
export function pe({ sections = {}, payloads = [], names = "" }: Parts): Buffer {
  const all = Object.entries({ ...sections, ".edata": names, ".rsrc": resources(payloads) });
  const start = 64 + 24 + 240 + all.length * 40;
  const header = Buffer.alloc(start);
  header.write("MZ", 0);
  header.writeUInt32LE(64, 60);
  header.write("PE", 64);
  header.writeUInt16LE(all.length, 64 + 6);
  header.writeUInt16LE(240, 64 + 20);
  header.writeUInt16LE(0x20b, 64 + 24);
  let offset = start;
  for (const [index, [name, content]] of all.entries()) {
    const at = 64 + 24 + 240 + index * 40;
    const address = 0x1000 + offset;
    header.write(name, at);
    header.writeUInt32LE(address, at + 12);
    header.writeUInt32LE(content.length, at + 16);
    header.writeUInt32LE(offset, at + 20);
    const directory = name === ".edata" ? 0 : name === ".rsrc" ? 2 : undefined;
    if (directory !== undefined) {
      header.writeUInt32LE(address, 64 + 24 + 112 + directory * 8);
      header.writeUInt32LE(content.length, 64 + 24 + 112 + directory * 8 + 4);
    }
    offset += content.length;
  }
  return Buffer.concat([header, ...all.map(([, content]) => bytes(content))]);
}

function resources(names: readonly string[]): Buffer {
  const types = Buffer.alloc(16 + 8);
  types.writeUInt16LE(1, 14);
  types.writeUInt32LE(10, 16);
  types.writeUInt32LE(0x80000000 + types.length, 20);
  const list = Buffer.alloc(16 + names.length * 8);
  list.writeUInt16LE(names.length, 12);
  const texts: Buffer[] = [];
  let offset = types.length + list.length;
  for (const [index, name] of names.entries()) {
    list.writeUInt32LE(0x80000000 + offset, 16 + index * 8);
    const text = Buffer.concat([Buffer.alloc(2), Buffer.from(name, "utf16le")]);
    text.writeUInt16LE(name.length);
    texts.push(text);
    offset += text.length;
  }
  return Buffer.concat([types, list, ...texts]);
}

/** Eight bytes that say how long a script is, and the script. */
export function lengthAndScript(script: string): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(script.length));
  return Buffer.concat([length, bytes(script)]);
}

/** Bytes as a file, and how many of them were read. */
export function inMemory(content: Uint8Array): ExecutableFile & { readonly taken: number } {
  let taken = 0;
  return {
    size: content.length,
    readAt(offset, length) {
      const part = content.subarray(offset, offset + length);
      taken += part.length;
      return part;
    },
    get taken() {
      return taken;
    },
  };
}

/** A file of the system with something behind it. */
export function onDisk(
  path: string,
  appended: Uint8Array = new Uint8Array(),
): ExecutableFile & Disposable {
  const file = openSync(path, "r");
  const { size } = fstatSync(file);
  return {
    size: size + appended.length,
    readAt(offset, length) {
      const part = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
      readSync(file, part, 0, part.length, offset);
      const rest = Math.max(0, offset - size);
      return Buffer.concat([part, appended.subarray(rest, rest + length - part.length)]);
    },
    [Symbol.dispose]: () => closeSync(file),
  };
}
