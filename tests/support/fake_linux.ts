/** A table of calls that plays Linux where that differs from macOS. */
import { LINUX } from "../../ffi/posix/linux.ts";
import type { PosixConstants } from "../../ffi/posix/calls.ts";
import { FakeDarwin } from "./fake_darwin.ts";

/** Who listens: three different numbers, so that no two can be taken for one another. */
export const PEER = { pid: 12_345, uid: 1_001, gid: 2_002 } as const;

/** Linux, as far as a socket's client sees it. */
export class FakeLinux extends FakeDarwin {
  override readonly constants: PosixConstants = LINUX;
  /** EAGAIN, <asm-generic/errno-base.h>. */
  override nothingThere = 11;
  /** How many bytes of `struct ucred` the kernel says it gave. */
  credentials = 12;
  /** What they say: `struct ucred` {pid, uid, gid}, unix(7). */
  peer: { readonly pid: number; readonly uid: number; readonly gid: number } = PEER;

  override getsockopt(
    fd: number,
    level: number,
    name: number,
    into: Uint8Array,
    length: Uint8Array,
  ): number {
    const result = super.getsockopt(fd, level, name, into, length);
    new DataView(length.buffer).setInt32(0, this.credentials, true);
    const { pid, uid, gid } = this.peer;
    into.set(new Uint8Array(Uint32Array.of(pid, uid, gid).buffer));
    return result;
  }

  override geteuid(): number {
    return 3_003;
  }
}
