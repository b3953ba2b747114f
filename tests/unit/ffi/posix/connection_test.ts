/** What the socket logic makes of errors of system calls, played by a table of calls. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { libcCandidates } from "../../../../ffi/posix/libc.ts";
import { connectPosix } from "../../../../ffi/posix/connection.ts";
import { connectPosixSync } from "../../../../ffi/posix/connection_sync.ts";
import { LINUX } from "../../../../ffi/posix/linux.ts";
import { posixFiles } from "../../../../ffi/posix/files.ts";
import { loadPosixCalls } from "../../../../ffi/posix/symbols.ts";
import { posixTransport } from "../../../../ffi/posix/transport.ts";
import { newTurn, thisTurn } from "../../../../ffi/loop_wait.ts";
import { Deadline } from "../../../../src/clock.ts";
import { SystemCallError } from "../../../../src/transport.ts";
import { test } from "../../../harness.ts";
import { FakeDarwin } from "../../../support/fake_darwin.ts";
import { FakeLinux } from "../../../support/fake_linux.ts";
import { inTime } from "../../../support/raw_client.ts";

const EINTR = 4;
const ECONNREFUSED = 111;
const ECONNRESET = 104;

const soon = (): Deadline => new Deadline(2_000);
const nothing = (): void => {};

test("Linux: a socket is made close-on-exec, and one that an event loop waits for nonblocking", async () => {
  const fake = new FakeLinux();
  (await connectPosix(fake, "/s", soon(), nothing)).close();
  connectPosixSync(fake, "/s", soon(), nothing).close();
  const types = fake.calls.filter(([name]) => name === "socket").map((call) => call[2]);
  // SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, <bits/socket_type.h>
  assertEquals(types, [1 | 0o2000000 | 0o4000, 1 | 0o2000000]);
});

for (
  const [what, fake, call] of [
    ["Linux: getsockopt() fails", new FakeLinux(), "getsockopt"],
    ["macOS: getpeereid() fails", new FakeDarwin(), "getpeereid"],
  ] as const
) {
  test(`${what}: no connection without a known peer`, async () => {
    for (const connect of [connectPosix, connectPosixSync]) {
      fake.failures.set(call, [[-1, 22]]);
      const error = await assertRejects(
        async () => await connect(fake, "/s", soon(), nothing),
        SystemCallError,
      );
      assertEquals([error.call, error.code], [call, "EINVAL"]);
      assertEquals(fake.calls.at(-1), ["close", 7]);
    }
  });
}

test("Linux: an incomplete answer to who listens is refused", () => {
  const fake = new FakeLinux();
  fake.credentials = 4;
  const error = assertThrows(() => connectPosixSync(fake, "/s", soon(), nothing), SystemCallError);
  assertEquals(error.call, "getsockopt");
});

test("a closed connection makes no call, because its descriptor may be another's by now", async () => {
  const bytes = new Uint8Array(9);
  const [fake, fakeSync] = [new FakeLinux(), new FakeLinux()];
  const connection = await connectPosix(fake, "/s", soon(), nothing);
  const sync = connectPosixSync(fakeSync, "/s", soon(), nothing);
  for (
    const [{ calls }, closed, read, write] of [
      [fake, connection, () => connection.read(bytes), () => connection.write(bytes)],
      [fakeSync, sync, () => sync.read(bytes, soon()), () => sync.write(bytes, soon())],
    ] as const
  ) {
    closed.close();
    assertEquals(calls.at(-1), ["close", 7]);
    const before = calls.length;
    closed.close();
    assertEquals([closed.quiet(), closed.inheritable?.(), await read()], [false, undefined, 0]);
    const error = assertThrows(write, SystemCallError);
    assertEquals([error.code, error.written], ["EBADF", 0]);
    assertEquals(calls.slice(before), []);
  }
});

test("a slow reply is awaited on another thread as soon as a call waits for it", async () => {
  const fake = Object.assign(new FakeLinux(), {
    pollOnThread() {
      fake.incoming.push(5);
      return Promise.resolve(1);
    },
  });
  const connection = await connectPosix(fake, "/s", soon(), nothing);
  connection.unref?.();
  const reading = Promise.resolve(connection.read(new Uint8Array(9)));
  connection.ref?.();
  assertEquals(await inTime(reading), 1);
  connection.close();
});

test("a reset that quiet() saw is thrown by the next read", async () => {
  const fake = new FakeLinux();
  const connection = await connectPosix(fake, "/s", soon(), nothing);
  assertEquals(connection.quiet(), true);
  // POLLIN | POLLERR | POLLHUP: one descriptor has something to tell.
  fake.failures.set("poll", [[1, 0], [1, 0]]);
  fake.failures.set("recv", [[-1, ECONNRESET]]);
  assertEquals(connection.quiet(), false);
  const error = await assertRejects(
    async () => await connection.read(new Uint8Array(9)),
    SystemCallError,
  );
  assertEquals(error.code, "ECONNRESET");
  connection.close();
});

test("a reset is also reported by a read that only checks for a prompt reply", () => {
  const fake = new FakeLinux();
  const connection = connectPosixSync(fake, "/s", soon(), nothing);
  const into = new Uint8Array(9);
  // The first reply is not looked for.
  fake.incoming.push(5);
  assertEquals(connection.read(into, soon()), 1);
  fake.failures.set("recv", [[-1, ECONNRESET], [0, 0]]);
  assertThrows(() => connection.read(into, soon()), SystemCallError, "ECONNRESET");
  connection.close();
});

test("a failed call without an error is repeated when there is something to read", () => {
  const fake = new FakeLinux();
  const connection = connectPosixSync(fake, "/s", soon(), nothing);
  fake.incoming.push(5);
  fake.failures.set("recv", [[-1, 2]]); // ENOENT, of a call that the runtime made in between
  assertEquals(connection.read(new Uint8Array(9), soon()), 1);
  // EBADF is none of a runtime's: it comes again.
  fake.incoming.push(5);
  fake.failures.set("recv", [[-1, 9], [-1, 9]]);
  assertThrows(() => connection.read(new Uint8Array(9), soon()), SystemCallError, "EBADF");
  connection.close();
});

test("connect() asks again why it failed when the number was lost", () => {
  for (
    const [numbers, code] of [
      [[0, ECONNREFUSED], "ECONNREFUSED"],
      [[0, 0, 0, 0, 0, 0], "UNKNOWN"],
    ] as const
  ) {
    const fake = new FakeLinux();
    fake.failures.set("connect", numbers.map((number) => [-1, number]));
    const error = assertThrows(
      () => connectPosixSync(fake, "/s", soon(), nothing),
      SystemCallError,
    );
    assertEquals([error.call, error.code], ["connect", code]);
  }
});

test("a thread that cannot poll fails the read, and close() gives the descriptor back", async () => {
  const fake = Object.assign(new FakeLinux(), {
    pollOnThread: () => Promise.reject(new Error("no thread")),
  });
  let closed = 0;
  const connection = await connectPosix(fake, "/s", soon(), () => closed++);
  newTurn(thisTurn()); // other reads of this process may have used up the time for waits
  await assertRejects(async () => await connection.read(new Uint8Array(9)), Error, "no thread");
  connection.close();
  connection.close();
  assertEquals(fake.calls.filter(([name]) => name === "close").length, 1);
  assertEquals(closed, 1);
});

test("posixFiles() reads on after a signal, and gives the descriptor and libc back", () => {
  const fake = new FakeLinux();
  let kept = 0;
  const files = posixFiles({ use: (task) => task(fake, () => (kept++, () => kept--)) });
  const file = files.open("/f")!;
  fake.failures.set("pread", [[-1, EINTR], [3, 0], [0, 0]]);
  assertEquals(file.readAt(7, 9).length, 3);
  fake.failures.set("pread", [[-1, 5]]);
  assertThrows(() => file.readAt(0, 9), SystemCallError, "EIO");
  assertEquals(kept, 1);
  file.close();
  assertEquals([kept, fake.calls.at(-1)![0]], [0, "close"]);
  fake.failures.set("open", [[-1, 13]]);
  assertThrows(() => files.open("/f"), SystemCallError, "EACCES");
  assertEquals(kept, 0);
});

test("libc is looked for on supported processors only", () => {
  const runtime = { name: "node", version: "", system: "linux" } as const;
  assert(libcCandidates({ ...runtime, arch: "x64" })[0]?.includes("x86_64"));
  assert(libcCandidates({ ...runtime, arch: "arm64" })[0]?.includes("aarch64"));
  for (const arch of ["ppc64", "s390x", "riscv64", "ia32", "arm"]) {
    assertEquals(libcCandidates({ ...runtime, arch }), []);
  }
  const binding = { obstacle: () => undefined, posixCalls: () => new FakeLinux() };
  const transport = posixTransport(binding, { ...runtime, arch: "ppc64" }, LINUX);
  assertEquals(transport.available(), false);
  assertEquals(transport.unavailable(), "libc of linux on ppc64 is not supported");
});

test("all functions come from the library that was found first", () => {
  const asked: string[] = [];
  const calls = loadPosixCalls(LINUX, ["/missing", "/found", "/other"], {
    types: { int: "int", uint: "uint", size: "size", memory: "memory", address: "address" },
    declare: () => undefined,
    load(path, symbols) {
      asked.push(path);
      if (path === "/missing" || "statx" in symbols) throw new Error(`not in ${path}`);
      return { functions: { shutdown: () => 0 }, close: nothing };
    },
  });
  assertEquals(asked, ["/missing", "/found"]);
  asked.length = 0;
  assertEquals(calls.shutdown(3, 2), 0);
  assertThrows(
    () => calls.statx?.(0, new Uint8Array(1), 0, 0, new Uint8Array(256)),
    Error,
    "not in /found",
  );
  assertEquals(asked, ["/found", "/found"]);
});
