/** Looks into the memory of another process. Linux only; the same user may, unless it is forbidden. */
import { Buffer } from "node:buffer";
import { closeSync, openSync, readFileSync, readSync } from "node:fs";

const PAGE = 4096;
const PORTION = 8_192 * PAGE;

/** How often each of some texts stands in the memory of a process that may be written to. */
export function countInMemory(pid: number, texts: readonly string[]): number[] {
  const counts = texts.map(() => 0);
  const needles = texts.map((text) => Buffer.from(text, "latin1"));
  const overlap = Math.max(...needles.map(({ length }) => length)) - 1;
  const buffer = Buffer.alloc(PORTION + overlap);
  const memory = openSync(`/proc/${pid}/mem`, "r");
  const pages = openSync(`/proc/${pid}/pagemap`, "r");
  try {
    for (const [from, to] of resident(pid).flatMap((area) => touched(pages, area))) {
      for (let at = from; at < to; at += PORTION) {
        const size = Math.min(buffer.length, to - at);
        const count = readAt(memory, buffer, size, at);
        const part = buffer.subarray(0, count);
        needles.forEach((needle, index) => {
          for (let found = part.indexOf(needle); found !== -1;) {
            // What begins in the overlap is counted in the next portion.
            if (found < PORTION) counts[index]!++;
            found = part.indexOf(needle, found + 1);
          }
        });
      }
    }
  } finally {
    closeSync(memory);
    closeSync(pages);
  }
  return counts;
}

/** The writable areas of which anything is in memory. */
function resident(pid: number): [number, number][] {
  const areas: [number, number][] = [];
  let area: [number, number] | undefined;
  for (const line of readFileSync(`/proc/${pid}/smaps`, "utf8").split("\n")) {
    const head = /^([0-9a-f]+)-([0-9a-f]+) (....)/.exec(line);
    if (head) {
      const writable = head[3]!.startsWith("rw");
      area = writable ? [Number.parseInt(head[1]!, 16), Number.parseInt(head[2]!, 16)] : undefined;
    } else if (area !== undefined && /^Rss:\s+[1-9]/.test(line)) areas.push(area);
  }
  return areas;
}

/**
 * The parts of an area that are in memory or in the swap, as the two highest bits of each page's
 * entry say: runtimes reserve far more than they touch.
 */
function touched(pages: number, [from, to]: [number, number]): [number, number][] {
  const parts: [number, number][] = [];
  const entries = Buffer.alloc(PORTION / PAGE * 8);
  let start: number | undefined;
  for (let at = from; at < to; at += PORTION) {
    const count = readAt(pages, entries, Math.min(PORTION, to - at) / PAGE * 8, at / PAGE * 8);
    for (let high = 7, page = at; high < count; high += 8, page += PAGE) {
      if (entries[high]! >= 0x40) start ??= page;
      else if (start !== undefined) {
        parts.push([start, page]);
        start = undefined;
      }
    }
  }
  if (start !== undefined) parts.push([start, to]);
  return parts;
}

function readAt(file: number, buffer: Buffer, size: number, at: number): number {
  try {
    return readSync(file, buffer, 0, size, at);
  } catch {
    return 0; // gone, or not to be read
  }
}
