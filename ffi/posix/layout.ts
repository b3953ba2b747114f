/**
 * C structures as bytes. All supported processors are little-endian.
 *
 * @module
 */

import { SystemCallError } from "../../src/transport.ts";
import type { PosixConstants } from "./calls.ts";
import { AF_UNIX } from "./constants.ts";

const encoder = new TextEncoder();

/**
 * `struct sockaddr_un`. Linux, unix(7): family in two bytes, then the path. macOS, `<sys/un.h>`: a
 * length byte, family in one byte, then the path.
 *
 * @param path The socket's path, which must fit with its NUL.
 * @throws {SystemCallError} `ENAMETOOLONG` when it does not.
 */
export function sockaddrUn(path: string, { system, SUN_PATH }: PosixConstants): Uint8Array {
  const bytes = encoder.encode(path);
  if (bytes.length + 1 > SUN_PATH) throw new SystemCallError("connect", "ENAMETOOLONG");
  const address = new Uint8Array(2 + bytes.length + 1);
  if (system === "darwin") {
    address[0] = address.length;
    address[1] = AF_UNIX;
  } else {
    address[0] = AF_UNIX;
  }
  address.set(bytes, 2);
  return address;
}

/** `struct pollfd`, poll(2): `int fd; short events; short revents`. */
export function pollfd(fd: number, events: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, fd, true);
  view.setInt16(4, events, true);
  return bytes;
}

/**
 * `struct timeval`: seconds in 8 bytes; microseconds in 8 on Linux, in 4 and 4 of padding on macOS,
 * which is the same for what fits into 4.
 *
 * @param milliseconds At least 0.
 */
export function timeval(milliseconds: number): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  const micros = Math.max(1, Math.round(milliseconds * 1000));
  view.setBigInt64(0, BigInt(Math.floor(micros / 1_000_000)), true);
  view.setInt32(8, micros % 1_000_000, true);
  return bytes;
}

export function int32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, true);
  return bytes;
}

/** @returns The `unsigned int` at `offset`. */
export function uint32At(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset, true);
}

/** A path with its NUL. */
export function cString(text: string): Uint8Array {
  return encoder.encode(text + "\0");
}
