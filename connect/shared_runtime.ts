/**
 * Finds out from the content of an executable whether it runs any script. Approving such a program
 * approves every script that it runs. A program that was compiled from one script has its own
 * approval.
 *
 * @module
 */

import { readElf } from "./executable/elf.ts";
import {
  DamagedImageError,
  type ExecutableFile,
  type Image,
  type Part,
  readHeader,
} from "./executable/image.ts";
import { readMachO } from "./executable/macho.ts";
import { readPe } from "./executable/pe.ts";

export type { ExecutableFile } from "./executable/image.ts";

/** The recognised runtimes. */
export type JavaScriptRuntime = "deno" | "bun" | "node";

/** What an executable is. */
export type ProgramKind =
  /** Runs the script that it is given. */
  | { readonly kind: "runtime"; readonly runtime: JavaScriptRuntime }
  /**
   * Was compiled from one script: `bun build --compile`, `deno compile`, a single executable of
   * Node.
   */
  | {
    readonly kind: "compiled";
    readonly runtime: JavaScriptRuntime;
    /** Set when the program finds its script from the end of the file. */
    readonly atEnd?: true;
  }
  /** Anything else. */
  | { readonly kind: "other" };

const OTHER: ProgramKind = { kind: "other" };

/** Ends the script that Bun appended to an executable before it used a section for it. */
const BUN_TRAILER = "\n---- Bun! ----\n";
/** Begins the data that Deno puts into an executable; before Deno 1.46, ends it. */
const DENO_MAGIC = "d3n0l4nd";
/** Precedes the data that Deno appends on an Intel Mac, within the table of names. */
const DENO_SENTINEL = "<~sui-data~>";
// Every marker is within this many bytes of the end, even when a signature of 68 bytes follows it.
const TAIL = 256;
const CHUNK = 256 * 1024;
// Longer than every marker.
const OVERLAP = 64;

/**
 * Examines the headers, the names of functions, and the end of an executable. Reads from a few
 * kilobytes to a few megabytes, and runs nothing.
 *
 * @param file Where to read.
 * @returns `other` for an executable that is not recognised.
 * @throws {unknown} What `readAt` throws.
 */
export function recognizeProgram(file: ExecutableFile): ProgramKind {
  try {
    const image = file.size < 64 ? undefined : readElf(file) ?? readMachO(file) ?? readPe(file);
    return image === undefined ? OTHER : recognizeImage(file, image);
  } catch (error) {
    if (error instanceof DamagedImageError || error instanceof RangeError) return OTHER;
    throw error;
  }
}

/** @returns Whether an executable runs the script that it is given, whatever its name. */
export function isSharedRuntime(file: ExecutableFile): boolean {
  return recognizeProgram(file).kind === "runtime";
}

function recognizeImage(file: ExecutableFile, image: Image): ProgramKind {
  const { sections, payloads } = image;
  if (payloads.has("NODE_SEA_BLOB") || payloads.has("NODE_SEA")) return compiled("node");
  for (const name of payloads) {
    if (/^(?:SUI|__SUI|(?:__)?d3n0l4nd)$/i.test(name)) return compiled("deno");
  }
  // Bun's own section holds the length of the script, which is 0 in the runtime.
  const script = sections.get(".bun") ?? sections.get("__bun");
  if (script !== undefined && holdsScript(file, script)) return compiled("bun");
  const tail = latin1(file, Math.max(0, file.size - TAIL), TAIL);
  if (tail.includes(BUN_TRAILER)) return compiled("bun", { atEnd: true });
  if (file.size > image.end) {
    const appended = latin1(file, image.end, OVERLAP);
    if (appended.includes(DENO_MAGIC) || tail.includes(DENO_MAGIC)) {
      return compiled("deno", { atEnd: true });
    }
  }
  for (const name of sections.keys()) {
    if (name.startsWith(".bun") || name.startsWith("__bun")) return runtime("bun");
  }
  return recognizeNames(file, image.names);
}

function holdsScript(file: ExecutableFile, { offset, size }: Part): boolean {
  return size > 8 && readHeader(file, offset, 8).getBigUint64(0, true) > 0n;
}

/** Only a runtime of JavaScript exports the functions that native add-ons call (Node-API). */
function recognizeNames(file: ExecutableFile, names: readonly Part[]): ProgramKind {
  let node = false;
  let addons = false;
  for (const { offset, size } of names) {
    for (let at = offset; at < offset + size; at += CHUNK - OVERLAP) {
      const text = latin1(file, at, Math.min(CHUNK, offset + size - at));
      if (text === "") break;
      // An older Bun without its own section: the version of its functions, or the file name.
      if (/BUN_\d|\bbun(?:-profile)?\.exe/.test(text)) return runtime("bun");
      if (text.includes(DENO_SENTINEL)) return compiled("deno");
      // C++ names of the namespace node, as compilers for Unix and for Windows write them.
      node ||= /_ZN4node|@node@@|\blibnode\./.test(text);
      addons ||= text.includes("napi_create_function");
      if (node && size > CHUNK) return runtime("node");
    }
  }
  if (node) return runtime("node");
  return addons ? runtime("deno") : OTHER;
}

function latin1(file: ExecutableFile, offset: number, length: number): string {
  return new TextDecoder("latin1").decode(file.readAt(offset, length));
}

function runtime(name: JavaScriptRuntime): ProgramKind {
  return { kind: "runtime", runtime: name };
}

function compiled(by: JavaScriptRuntime, where: { atEnd?: true } = {}): ProgramKind {
  return { kind: "compiled", runtime: by, ...where };
}
