/**
 * Layouts and sequences of calls for macOS, on every system. The numbers were written down from
 * Apple's headers (macOS SDK 15): <sys/socket.h>, <sys/un.h>, <sys/filio.h>, <sys/errno.h>,
 * <sys/poll.h>, <sys/_types/_timeval.h>, <unistd.h>.
 */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { libcCandidates } from "../../../../ffi/posix/libc.ts";
import { connectPosix } from "../../../../ffi/posix/connection.ts";
import { connectPosixSync } from "../../../../ffi/posix/connection_sync.ts";
import { DARWIN } from "../../../../ffi/posix/darwin.ts";
import { F_GETFD } from "../../../../ffi/posix/constants.ts";
import { sockaddrUn, timeval } from "../../../../ffi/posix/layout.ts";
import { loadPosixCalls } from "../../../../ffi/posix/symbols.ts";
import { newTurn, thisTurn } from "../../../../ffi/loop_wait.ts";
import { Deadline } from "../../../../src/clock.ts";
import { type Connection, SystemCallError } from "../../../../src/transport.ts";
import { test } from "../../../harness.ts";
import { FakeDarwin } from "../../../support/fake_darwin.ts";

const soon = (): Deadline => new Deadline(2_000);
const nothing = (): void => {};
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** 1 ms as `struct timeval`: `__darwin_time_t tv_sec` (8), `__darwin_suseconds_t tv_usec` (4). */
const ONE_MS = [...[0, 0, 0, 0, 0, 0, 0, 0], ...[0xe8, 3, 0, 0], ...[0, 0, 0, 0]];

async function open(fake: FakeDarwin, path = "/tmp/a"): Promise<Connection> {
  return await connectPosix(fake, path, soon(), nothing);
}

test("macOS: sockaddr_un begins with its length and its family in a byte each", () => {
  assertEquals([...sockaddrUn("/tmp/a", DARWIN)], [9, 1, ...encode("/tmp/a"), 0]);
  const longest = sockaddrUn("/".padEnd(103, "a"), DARWIN);
  assertEquals([longest.length, longest[0], longest[1]], [106, 106, 1]);
  // char sun_path[104], with the NUL
  const error = assertThrows(
    () => sockaddrUn("/".padEnd(104, "a"), DARWIN),
    SystemCallError,
  );
  assertEquals(error.code, "ENAMETOOLONG");
  assertThrows(() => sockaddrUn("/".padEnd(102, "é"), DARWIN), SystemCallError);
});

test("macOS: timeval holds seconds in 8 bytes and microseconds in 4", () => {
  assertEquals([...timeval(1)], ONE_MS);
  // 70 s and 250 µs
  assertEquals([...timeval(70_000.25)], [70, ...Array(7).fill(0), 250, ...Array(7).fill(0)]);
});

test("macOS: a socket is made, protected, connected and asked who listens, in this order", async () => {
  const fake = new FakeDarwin();
  const connection = await open(fake);
  assertEquals(fake.calls, [
    ["socket", 1, 1, 0], // AF_UNIX, SOCK_STREAM: there is no SOCK_CLOEXEC
    ["ioctl", 7, 0x2000_6601], // FIOCLEX
    ["setsockopt", 7, 0xffff, 0x1022, [1, 0, 0, 0], 4], // SOL_SOCKET, SO_NOSIGPIPE
    ["setsockopt", 7, 0xffff, 0x1005, ONE_MS, 16], // SOL_SOCKET, SO_SNDTIMEO
    ["connect", 7, [9, 1, ...encode("/tmp/a"), 0], 9],
    ["getpeereid", 7],
    ["getsockopt", 7, 0, 2, [4, 0, 0, 0]], // SOL_LOCAL, LOCAL_PEERPID
  ]);
  assertEquals(connection.peer, { pid: 12_345, uid: 501, gid: 20 });
  fake.calls.length = 0;
  assertEquals(connection.inheritable?.(), false);
  connection.close();
  assertEquals(fake.calls.map(([name]) => name), ["fcntl", "close"]);
  assertEquals(fake.calls[0], ["fcntl", 7, 1]); // F_GETFD
});

test("macOS: the synchronous socket makes the same calls", () => {
  const fake = new FakeDarwin();
  const connection = connectPosixSync(fake, "/tmp/a", soon(), nothing);
  const names = fake.calls.map(([name]) => name).slice(0, 7);
  assertEquals(names, [
    "socket",
    "ioctl",
    "setsockopt",
    "setsockopt",
    "connect",
    "getpeereid",
    "getsockopt",
  ]);
  connection.close();
});

test("macOS: no argument is variadic", async () => {
  const fake = new FakeDarwin();
  const connection = await open(fake);
  fake.incoming.push(1, 2);
  await connection.write(encode("x"));
  await connection.read(new Uint8Array(10));
  connection.inheritable?.();
  connection.close();
  for (const call of fake.calls) {
    // ioctl(fd, FIOCLEX) and fcntl(fd, F_GETFD) have no third argument.
    if (call[0] === "ioctl" || call[0] === "fcntl") assertEquals(call.length, 3);
  }
});

test("macOS: send and recv say MSG_DONTWAIT, and never MSG_NOSIGNAL", async () => {
  const fake = new FakeDarwin();
  const connection = await open(fake);
  fake.calls.length = 0;
  await connection.write(encode("ab"));
  assertEquals(fake.calls, [["send", 7, [97, 98], 2, 0x80]]);
  fake.incoming.push(5);
  assertEquals(await connection.read(new Uint8Array(10)), 1);
  const recv = fake.calls.find(([name]) => name === "recv");
  assertEquals(recv, ["recv", 7, 10, 0x80]);
  connection.close();
});

test("macOS: a check polls without waiting", async () => {
  const fake = new FakeDarwin();
  const connection = await open(fake);
  fake.calls.length = 0;
  assertEquals(connection.quiet(), true);
  // struct pollfd { int fd; short events; short revents }: POLLIN of descriptor 7
  assertEquals(fake.calls, [["poll", [7, 0, 0, 0, 1, 0, 0, 0], 1, 0]]);
  connection.close();
});

test("macOS: poll waits for POLLIN on the descriptor", async () => {
  const fake = new FakeDarwin();
  const connection = await open(fake);
  fake.calls.length = 0;
  newTurn(thisTurn()); // other reads of this process may have used up the time for waits
  const read = connection.read(new Uint8Array(10));
  // struct pollfd: int fd, short events, short revents
  const poll = fake.calls.find(([name]) => name === "poll");
  assertEquals(poll, ["poll", [7, 0, 0, 0, 1, 0, 0, 0], 1, 1]);
  fake.incoming.push(5);
  assertEquals(await read, 1);
  connection.close();
});

test("a failed call without an error is not taken for the end of a connection", async () => {
  const fake = new FakeDarwin();
  const connection = await open(fake);
  fake.calls.length = 0;
  fake.nothingThere = 2; // ENOENT, of a call that the runtime made in between
  setTimeout(() => fake.incoming.push(5), 20);
  assertEquals(await connection.read(new Uint8Array(10)), 1);
  fake.failures.set("send", [[-1, 2]]);
  fake.failures.set("poll", [[0, 0]]);
  await connection.write(encode("ab"));
  assertEquals(fake.calls.filter(([name]) => name === "send").length, 2);
  connection.close();
});

test("macOS: a full send buffer is waited for and the rest is sent", async () => {
  const fake = new FakeDarwin();
  const connection = await open(fake);
  fake.calls.length = 0;
  fake.failures.set("send", [[2, 0], [-1, 35]]); // 2 bytes, then EAGAIN
  await connection.write(encode("abcd"));
  const sent = fake.calls.filter(([name]) => name === "send").map((call) => call[2]);
  assertEquals(sent, [[...encode("abcd")], [...encode("cd")], [...encode("cd")]]);
  connection.close();
});

// <sys/errno.h>: those that differ from Linux, and what a Unix socket's client can meet.
const NAMES: [number, string][] = [
  [2, "ENOENT"],
  [13, "EACCES"],
  [24, "EMFILE"],
  [32, "EPIPE"],
  [38, "ENOTSOCK"],
  [41, "EPROTOTYPE"],
  [54, "ECONNRESET"],
  [61, "ECONNREFUSED"],
  [62, "ELOOP"],
  [63, "ENAMETOOLONG"],
];
for (const [number, name] of NAMES) {
  test(`macOS: error ${number} is ${name}, and the socket is closed`, async () => {
    const fake = new FakeDarwin();
    fake.failures.set("connect", [[-1, number]]);
    const error = await assertRejects(() => open(fake), SystemCallError);
    assertEquals([error.call, error.code], ["connect", name]);
    assertEquals(fake.calls.at(-1), ["close", 7]);
  });
}

test("macOS: a socket that cannot be protected is not connected", async () => {
  for (const call of ["ioctl", "setsockopt"]) {
    const fake = new FakeDarwin();
    fake.failures.set(call, [[-1, 22]]);
    const error = await assertRejects(() => open(fake), SystemCallError);
    assertEquals([error.call, error.code], [call, "EINVAL"]);
    assert(!fake.calls.some(([name]) => name === "connect"));
    assertEquals(fake.calls.at(-1), ["close", 7]);
  }
});

test("macOS: libc is libSystem, with __error and without what only Linux has", () => {
  const paths = libcCandidates({ name: "deno", version: "", system: "darwin", arch: "arm64" });
  assertEquals(paths, ["/usr/lib/libSystem.B.dylib"]);
  const seen: Record<string, string[]> = {};
  const calls = loadPosixCalls(DARWIN, paths, {
    types: { int: "int", uint: "uint", size: "size", memory: "memory", address: "address" },
    declare: (parameters, result) => [...parameters, result],
    load(path, symbols) {
      assertEquals(path, paths[0]);
      Object.assign(seen, symbols);
      const functions = Object.fromEntries(Object.keys(symbols).map((name) => [name, () => 0]));
      return { functions, close: nothing };
    },
  });
  // What few connections need is bound at its first call.
  assertEquals([seen.fcntl, seen.ioctl, seen.__error], [undefined, undefined, undefined]);
  calls.fcntl(3, F_GETFD);
  calls.ioctl(3, 0x20006601);
  calls.getpeereid?.(3, new Uint8Array(4), new Uint8Array(4));
  calls.errno();
  assertEquals(seen.ioctl, ["int", "size", "int"]); // int ioctl(int, unsigned long, ...)
  assertEquals(seen.getpeereid, ["int", "memory", "memory", "int"]);
  assertEquals(seen.__error, ["address"]); // int *__error(void)
  assertEquals(seen.fcntl, ["int", "int", "int"]);
  assert(!("__errno_location" in seen) && !("statx" in seen));
});
