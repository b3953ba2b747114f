/** A table of calls that plays macOS and writes down what it is called with. */
import type { PosixCalls } from "../../ffi/posix/calls.ts";
import { DARWIN } from "../../ffi/posix/darwin.ts";
import type { PosixConstants } from "../../ffi/posix/calls.ts";

/** One call: its name and its arguments, bytes as arrays. */
export type Called = readonly [string, ...(number | readonly number[])[]];

/** macOS, as far as a socket's client sees it. */
export class FakeDarwin implements PosixCalls {
  readonly constants: PosixConstants = DARWIN;
  /** Every call in order. */
  readonly calls: Called[] = [];
  /** What a call gives instead of success: a result and an error number, used once. */
  readonly failures = new Map<string, [number, number][]>();
  /** What the far end has sent. */
  readonly incoming: number[] = [];
  /** What errno is when there is nothing to read: EAGAIN, <sys/errno.h>. */
  nothingThere = 35;
  /** Told of each connection. */
  onConnect: () => void = () => {};
  /** Told what was taken by each send. */
  onSend: (bytes: Uint8Array) => void = () => {};
  #errno = 0;

  socket(domain: number, type: number, protocol: number): number {
    return this.#did(["socket", domain, type, protocol], 7);
  }

  connect(fd: number, address: Uint8Array, length: number): number {
    const result = this.#did(["connect", fd, [...address], length], 0);
    if (result === 0) this.onConnect();
    return result;
  }

  send(fd: number, bytes: Uint8Array, length: number, flags: number): number {
    const count = this.#did(["send", fd, [...bytes], length, flags], length);
    if (count > 0) this.onSend(bytes.subarray(0, count));
    return count;
  }

  recv(fd: number, into: Uint8Array, length: number, flags: number): number {
    if (this.failures.get("recv")?.length) return this.#did(["recv", fd, length, flags], -1);
    const bytes = this.incoming.splice(0, length);
    into.set(bytes);
    if (bytes.length > 0) return this.#did(["recv", fd, length, flags], bytes.length);
    this.#errno = this.nothingThere;
    this.calls.push(["recv", fd, length, flags]);
    return -1;
  }

  poll(fds: Uint8Array, count: number, timeout: number): number {
    // struct pollfd: int fd, short events. POLLOUT: the kernel always takes more, unless a send fails.
    const ready = (fds[4]! & 4) !== 0 || this.incoming.length > 0;
    return this.#did(["poll", [...fds], count, timeout], ready ? 1 : 0);
  }

  yield(): number {
    return 0;
  }

  shutdown(fd: number, how: number): number {
    return this.#did(["shutdown", fd, how], 0);
  }

  close(fd: number): number {
    return this.#did(["close", fd], 0);
  }

  setsockopt(fd: number, level: number, name: number, value: Uint8Array, length: number): number {
    return this.#did(["setsockopt", fd, level, name, [...value], length], 0);
  }

  getsockopt(
    fd: number,
    level: number,
    name: number,
    into: Uint8Array,
    length: Uint8Array,
  ): number {
    into.set([0x39, 0x30, 0, 0]); // 12,345
    return this.#did(["getsockopt", fd, level, name, [...length]], 0);
  }

  ioctl(fd: number, request: number): number {
    return this.#did(["ioctl", fd, request], 0);
  }

  fcntl(fd: number, command: number): number {
    return this.#did(["fcntl", fd, command], 1);
  }

  open(path: Uint8Array, flags: number): number {
    return this.#did(["open", [...path], flags], 8);
  }

  pread(fd: number, _into: Uint8Array, length: number, offset: number): number {
    return this.#did(["pread", fd, length, offset], 0);
  }

  lseek(fd: number, offset: number, whence: number): number {
    return this.#did(["lseek", fd, offset, whence], 0);
  }

  getpeereid(fd: number, uid: Uint8Array, gid: Uint8Array): number {
    uid.set([0xf5, 1, 0, 0]); // 501
    gid.set([20, 0, 0, 0]);
    return this.#did(["getpeereid", fd], 0);
  }

  dlsym(): unknown {
    throw new Error("not found");
  }

  pthread_key_create(): number {
    return -1;
  }

  pthread_setspecific(): number {
    return -1;
  }

  pthread_key_delete(): number {
    return -1;
  }

  geteuid(): number {
    return 501;
  }

  errno(): number {
    return this.#errno;
  }

  unload(): void {}

  #did(call: Called, result: number): number {
    this.calls.push(call);
    const failure = this.failures.get(call[0])?.shift();
    if (failure === undefined) return result;
    this.#errno = failure[1];
    return failure[0];
  }
}
