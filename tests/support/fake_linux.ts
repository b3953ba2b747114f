/** A table of calls that plays Linux where that differs from macOS. */
import { LINUX } from "../../ffi/posix/linux.ts";
import type { PosixConstants } from "../../ffi/posix/calls.ts";
import { FakeDarwin } from "./fake_darwin.ts";

/** Linux, as far as a socket's client sees it. */
export class FakeLinux extends FakeDarwin {
  override readonly constants: PosixConstants = LINUX;
  /** EAGAIN, <asm-generic/errno-base.h>. */
  override nothingThere = 11;
  /** How many bytes of `struct ucred` the kernel says it gave. */
  credentials = 12;

  override getsockopt(
    fd: number,
    level: number,
    name: number,
    into: Uint8Array,
    length: Uint8Array,
  ): number {
    const result = super.getsockopt(fd, level, name, into, length);
    new DataView(length.buffer).setInt32(0, this.credentials, true);
    return result;
  }
}
