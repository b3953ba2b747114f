/**
 * The POSIX calls that the socket code needs, in a form that a runtime only has to bind: numbers in
 * and out, buffers as byte arrays, no pointers. Tests pass their own table.
 *
 * @module
 */

import type { PeerCredentials } from "../../src/transport.ts";

/** What differs between the two systems: see linux.ts and darwin.ts. */
export interface PosixConstants {
  readonly system: "linux" | "darwin";
  /** SOCK_CLOEXEC, `<bits/socket_type.h>`; 0 on macOS, which has none. */
  readonly SOCK_CLOEXEC: number;
  /** SOCK_NONBLOCK, `<bits/socket_type.h>`; 0 on macOS, which has none. */
  readonly SOCK_NONBLOCK: number;
  /** SOL_SOCKET, `<asm-generic/socket.h>`, `<sys/socket.h>`. */
  readonly SOL_SOCKET: number;
  /** SO_SNDTIMEO, which on Linux bounds connect(2) on a full queue too, socket(7). */
  readonly SO_SNDTIMEO: number;
  /** SO_RCVTIMEO, which bounds recv(2), socket(7). */
  readonly SO_RCVTIMEO: number;
  /** MSG_DONTWAIT, `<bits/socket.h>`, `<sys/socket.h>`. */
  readonly MSG_DONTWAIT: number;
  /** MSG_NOSIGNAL, `<bits/socket.h>`; 0 on macOS, which has SO_NOSIGPIPE instead. */
  readonly MSG_NOSIGNAL: number;
  /** O_CLOEXEC, `<asm-generic/fcntl.h>`, `<sys/fcntl.h>`. */
  readonly O_CLOEXEC: number;
  /** Size of `sun_path` with its NUL, unix(7), `<sys/un.h>`. */
  readonly SUN_PATH: number;
  /** Error numbers by name, `<asm-generic/errno.h>`, `<sys/errno.h>`. */
  readonly errors: Readonly<Record<number, string>>;
  /** RTLD_DEFAULT, `<dlfcn.h>`: all libraries that are loaded. */
  readonly RTLD_DEFAULT: number | bigint;
  /** The function that returns the address of errno. */
  readonly errnoLocation: "__errno_location" | "__error";
  /** Sets up a new socket beyond its flags. Throws a SystemCallError. */
  prepare?(calls: PosixCalls, fd: number): void;
  /**
   * Who listens on a connected socket, as the kernel reports. Throws when the kernel does not
   * report it.
   */
  peerOf(calls: PosixCalls, fd: number): PeerCredentials;
}

/** One runtime's binding of libc. A result of -1 means failure; `errno` then says why. */
export interface PosixCalls {
  /** The numbers of this operating system. */
  readonly constants: PosixConstants;
  /** `int socket(int domain, int type, int protocol)`, socket(2). */
  socket(domain: number, type: number, protocol: number): number;
  /** `int connect(int fd, const struct sockaddr *addr, socklen_t len)`, connect(2). */
  connect(fd: number, address: Uint8Array, length: number): number;
  /** `ssize_t send(int fd, const void *buf, size_t n, int flags)`, send(2). */
  send(fd: number, bytes: Uint8Array, length: number, flags: number): number;
  /** `ssize_t recv(int fd, void *buf, size_t n, int flags)`, recv(2). */
  recv(fd: number, into: Uint8Array, length: number, flags: number): number;
  /** `int poll(struct pollfd *fds, nfds_t n, int timeout_ms)`, poll(2). */
  poll(fds: Uint8Array, count: number, timeout: number): number;
  /** `int shutdown(int fd, int how)`, shutdown(2). */
  shutdown(fd: number, how: number): number;
  /** `int close(int fd)`, close(2). */
  close(fd: number): number;
  /** `int setsockopt(int fd, int level, int name, const void *value, socklen_t len)`. */
  setsockopt(fd: number, level: number, name: number, value: Uint8Array, length: number): number;
  /** `int getsockopt(int fd, int level, int name, void *value, socklen_t *len)`. */
  getsockopt(fd: number, level: number, name: number, into: Uint8Array, length: Uint8Array): number;
  /** `int ioctl(int fd, unsigned long request)`: FIOCLEX alone, which takes no third argument. */
  ioctl(fd: number, request: number): number;
  /** `int fcntl(int fd, int cmd)`: F_GETFD alone, which takes no third argument, fcntl(2). */
  fcntl(fd: number, command: number): number;
  /** `int prctl(int option, ...)`, prctl(2), Linux. */
  prctl?(option: number, a: number, b: number, c: number, d: number): number;
  /** `int statx(int dirfd, const char *path, int flags, unsigned mask, struct statx *)`, Linux. */
  statx?(dirfd: number, path: Uint8Array, flags: number, mask: number, into: Uint8Array): number;
  /** `int open(const char *path, int flags)`, open(2): never to create, so without a mode. */
  open(path: Uint8Array, flags: number): number;
  /** `ssize_t pread(int fd, void *buf, size_t n, off_t offset)`, pread(2). */
  pread(fd: number, into: Uint8Array, length: number, offset: number): number;
  /** `off_t lseek(int fd, off_t offset, int whence)`, lseek(2). */
  lseek(fd: number, offset: number, whence: number): number;
  /** `int getpeereid(int fd, uid_t *uid, gid_t *gid)`, macOS, getpeereid(3). */
  getpeereid?(fd: number, uid: Uint8Array, gid: Uint8Array): number;
  /** `uid_t geteuid(void)`, geteuid(2). */
  geteuid(): number;
  /** `void *dlsym(void *handle, const char *symbol)`, dlsym(3), as the runtime gives pointers. */
  dlsym(handle: number | bigint, symbol: Uint8Array): unknown;
  /** `int pthread_key_create(pthread_key_t *key, void (*destructor)(void *))`. */
  pthread_key_create(into: Uint8Array, destructor: unknown): number;
  /** `int pthread_setspecific(pthread_key_t key, const void *value)`. */
  pthread_setspecific(key: number, value: number): number;
  /** `int pthread_key_delete(pthread_key_t key)`: calls no destructor. */
  pthread_key_delete(key: number): number;
  /** The error number of the previous call on the same thread; 0 when it is unknown. */
  errno(): number;
  /**
   * poll(2) on another thread, where the runtime can do that; does not block this thread. Its errno
   * is lost with the thread, so the result says only that something happened or time is up.
   */
  pollOnThread?(fds: Uint8Array, count: number, timeout: number): Promise<number>;
  /** Unloads libc. No call may be made after this. */
  unload(): void;
}
