/**
 * The limit of open files, which every runtime raises for itself at its start.
 *
 * @module
 */

import type { Libc } from "../../libc/libc.ts";

/** A limit of open files. */
export interface OpenFiles {
  readonly soft: bigint;
  readonly hard: bigint;
}

/**
 * The limit that this process probably had at its start: that of its parent, if it is lower and has
 * the same hard limit.
 *
 * @param own The text of `/proc/self/limits`.
 * @param parent The text of `/proc/PPID/limits`.
 * @returns `undefined` when there is nothing to lower.
 */
export function earlierLimit(own: string, parent: string): OpenFiles | undefined {
  const [ours, theirs] = [openFiles(own), openFiles(parent)];
  if (ours === undefined || theirs === undefined || ours.hard !== theirs.hard) return undefined;
  return theirs.soft < ours.soft ? theirs : undefined;
}

const UNLIMITED = 2n ** 64n - 1n;

function openFiles(limits: string): OpenFiles | undefined {
  const [, soft, hard] = /^Max open files\s+(\w+)\s+(\w+)/m.exec(limits) ?? [];
  if (soft === undefined || hard === undefined) return undefined;
  const number = (text: string): bigint => text === "unlimited" ? UNLIMITED : BigInt(text);
  return { soft: number(soft), hard: number(hard) };
}

/** Sets the limit. */
export function setOpenFiles(libc: Libc, { soft, hard }: OpenFiles): void {
  const limit = BigUint64Array.of(soft, hard);
  libc.call("setrlimit", libc.numbers.RLIMIT_NOFILE, new Uint8Array(limit.buffer));
}
