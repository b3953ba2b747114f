/**
 * Reads files and links of /proc through libc, where the runtime's module for files is slow to
 * load: Bun's node:fs takes 5 ms, as long as the rest of `kca run`.
 *
 * @module
 */

import type { Libc } from "./libc.ts";

/** fcntl.h of Linux: O_RDONLY | O_CLOEXEC. */
const READ_ONLY = 0o2000000;
const CHUNK = 8_192;

/** @throws {Error} When it cannot be read. */
export function readFileByLibc(libc: Libc, path: string | Uint8Array): Uint8Array {
  const fd = libc.call("open", encode(path), READ_ONLY);
  if (fd < 0) throw new Error(`open failed with errno ${libc.errno()}`);
  try {
    let bytes = new Uint8Array(CHUNK);
    let length = 0;
    for (;;) {
      const count = libc.call("read", fd, bytes.subarray(length), bytes.length - length);
      if (count < 0) throw new Error(`read failed with errno ${libc.errno()}`);
      if (count === 0) return bytes.subarray(0, length);
      length += count;
      if (length < bytes.length) continue;
      const more = new Uint8Array(2 * bytes.length);
      more.set(bytes);
      bytes = more;
    }
  } finally {
    libc.call("close", fd);
  }
}

/** @returns The target of a link; `undefined` when there is none. */
export function linkByLibc(libc: Libc, path: string): string | undefined {
  const bytes = new Uint8Array(4_096);
  const length = libc.call("readlink", encode(path), bytes, bytes.length);
  return length < 0 ? undefined : new TextDecoder().decode(bytes.subarray(0, length));
}

function encode(path: string | Uint8Array): Uint8Array {
  if (typeof path === "string") return new TextEncoder().encode(`${path}\0`);
  const ended = new Uint8Array(path.length + 1);
  ended.set(path);
  return ended;
}
