/**
 * The pipe logic against a table of calls that plays Windows, on every system. The numbers are those
 * of the headers of the Windows SDK (10.0.26100): winnt.h, winbase.h, winerror.h, fileapi.h.
 */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { utf16 } from "../../../../ffi/windows/utf16.ts";
import { isInvalidHandle } from "../../../../ffi/windows/calls.ts";
import { connectPipe } from "../../../../ffi/windows/connection.ts";
import { connectPipeSync } from "../../../../ffi/windows/connection_sync.ts";
import { Deadline } from "../../../../src/clock.ts";
import { type Connection, SystemCallError } from "../../../../src/transport.ts";
import { test } from "../../../harness.ts";
import { atAnyPace } from "../../../support/any_pace.ts";
import { inTime } from "../../../support/raw_client.ts";
import { FakeWindows } from "../../../support/fake_windows.ts";

const NAME = "\\\\.\\pipe\\keychain-auth";
const soon = (): Deadline => new Deadline(2_000);
const nothing = (): void => {};
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

async function open(fake: FakeWindows): Promise<Connection> {
  return await connectPipe(fake, NAME, soon(), nothing);
}

test("connectPipe() opens the pipe with exactly these arguments", async () => {
  const fake = new FakeWindows();
  const connection = await open(fake);
  assertEquals(fake.opened, [{
    name: NAME,
    access: 0xc000_0000, // GENERIC_READ | GENERIC_WRITE
    share: 0,
    disposition: 3, // OPEN_EXISTING
    flags: 0x4010_0000, // FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS
  }]);
  assertEquals(connection.peer, { pid: 4_321 });
  assertEquals(connection.inheritable?.(), false);
  fake.handleFlags = 1; // HANDLE_FLAG_INHERIT
  assertEquals(connection.inheritable?.(), true);
  connection.close();
  assertEquals(fake.openHandles, []);
});

test("isInvalidHandle() knows INVALID_HANDLE_VALUE and NULL in every form", () => {
  const invalid = [-1, -1n, 2 ** 64, 0xffff_ffff_ffff_ffffn, 0, 0n];
  for (const handle of invalid) assert(isInvalidHandle(handle), String(handle));
  for (const handle of [4, 4n, 0xffff_ffff, 0x7fff_ffffn]) {
    assert(!isInvalidHandle(handle), String(handle));
  }
});

test("utf16() keeps every code unit", () => {
  assertEquals([...utf16("aé€\ud83d\ude00\ud800")], [
    ...[0x61, 0, 0xe9, 0, 0xac, 0x20, 0x3d, 0xd8, 0x00, 0xde, 0x00, 0xd8],
    ...[0, 0],
  ]);
  assertThrows(() => utf16("a\0b"), TypeError);
});

for (const invalid of [-1, -1n, 0xffff_ffff_ffff_ffffn]) {
  test(`connectPipe() reports a failed open that gives ${typeof invalid} ${invalid}`, async () => {
    const fake = new FakeWindows();
    fake.openResults = [[invalid, 5]];
    const error = await assertRejects(() => open(fake), SystemCallError);
    assertEquals([error.call, error.code], ["CreateFileW", "ERROR_ACCESS_DENIED"]);
    assertEquals(fake.openHandles, []);
  });
}

test("connectPipe() waits with WaitNamedPipeW while all instances are busy", async () => {
  const fake = new FakeWindows();
  fake.openResults = [[-1, 231], [-1, 231], [-1, 2], [64, 0]];
  const connection = await open(fake);
  assertEquals(fake.opened.length, 4);
  // The second one only while this turn of the event loop has time left.
  assert(fake.waits.length === 1 || fake.waits.length === 2, `${fake.waits.length} waits`);
  for (const wait of fake.waits) assertEquals(wait, [NAME, 1]);
  connection.close();
});

test("connectPipeSync() waits with WaitNamedPipeW for as long as the deadline allows", () => {
  const fake = new FakeWindows();
  fake.openResults = [[-1, 231], [64, 0]];
  connectPipeSync(fake, NAME, new Deadline(60_000), nothing).close();
  assertEquals(fake.waits.length, 1);
  const [, milliseconds] = fake.waits[0]!;
  assert(milliseconds > 30_000 && milliseconds <= 60_000, `${milliseconds}`);
});

test("connectPipe() gives up at the deadline while all instances are busy", async () => {
  const fake = new FakeWindows();
  fake.openResults = Array(100_000).fill([-1, 231]);
  const own = new Deadline(60);
  for (const deadline of [own, new Deadline(60_000)]) {
    // The event loop has its turns meanwhile, or the second one would not end.
    let turns = 0;
    const timer = setInterval(() => ++turns === 10 && deadline !== own && deadline.end(), 1);
    const opening = connectPipe(fake, NAME, deadline, nothing);
    const error = await assertRejects(() => inTime(opening), SystemCallError);
    clearInterval(timer);
    assertEquals(error.code, "ETIMEDOUT");
  }
});

test("connectPipe() waits for the pipe when the error number was lost", async () => {
  const fake = new FakeWindows();
  fake.openResults = [[-1, 0], [64, 0]];
  (await open(fake)).close();
});

test("connectPipe() opens nothing but local pipes", async () => {
  const names = [
    ...["C:\\secret.txt", "\\\\server\\pipe\\x", "\\\\.\\pipe\\", "/tmp/a.sock"],
    ...["\\\\.\\pipe\\..\\C:\\secret.txt", "//./pipe/../UNC/server/pipe/x"],
  ];
  for (const name of names) {
    const fake = new FakeWindows();
    const error = await assertRejects(
      () => connectPipe(fake, name, soon(), nothing),
      SystemCallError,
    );
    assertEquals([error.code, fake.opened], ["ERROR_INVALID_NAME", []]);
  }
});

test("read() on a pipe calls ReadFile only for bytes that are there", async () => {
  const fake = new FakeWindows();
  const connection = await open(fake);
  fake.incoming.push(...encode("hello"));
  const into = new Uint8Array(3);
  assertEquals([await connection.read(into), [...into]], [3, [...encode("hel")]]);
  assertEquals(await connection.read(into), 2);
  const reading = connection.read(into) as Promise<number>;
  setTimeout(() => fake.incoming.push(33), 20);
  assertEquals([await reading, into[0]], [1, 33]);
  assertEquals(fake.pendingReads, 0);
  connection.close();
});

test("read() on a pipe blocks the event loop for about a millisecond at most", async () => {
  const fake = new FakeWindows();
  const connection = await open(fake);
  const into = new Uint8Array(10);
  // Each look takes a fifth of a millisecond or more: a busy machine makes them fewer.
  let looks = 0;
  fake.SwitchToThread = () => {
    looks++;
    for (const end = performance.now() + 0.2; performance.now() < end;);
    return 0;
  };
  const reading = connection.read(into);
  assert(reading instanceof Promise);
  const most = [looks];
  for (let turn = 0; turn < 20; turn++) {
    looks = 0;
    await new Promise((resolve) => setTimeout(resolve, 1));
    most.push(looks);
  }
  fake.incoming.push(1);
  assertEquals(await reading, 1);
  assert(Math.max(...most) <= 6, `${most} looks in a turn`);
  connection.close();
});

for (const [code, name] of [[109, 0], [233, "ERROR_PIPE_NOT_CONNECTED"]] as const) {
  test(`read() on a pipe takes error ${code} for ${name === 0 ? "the end" : "a loss"}`, async () => {
    const fake = new FakeWindows();
    const connection = await open(fake);
    fake.incoming.push(7);
    fake.peekError = code;
    const into = new Uint8Array(10);
    assertEquals(connection.quiet(), false);
    assertEquals(await connection.read(into), 1);
    if (name === 0) assertEquals(await connection.read(into), 0);
    else {
      const error = await assertRejects(async () => await connection.read(into), SystemCallError);
      assertEquals(error.code, name);
    }
    connection.close();
  });
}

test("close() wakes a waiting read, cancels a pending write, then closes the handles", async () => {
  const fake = new FakeWindows();
  let closed = 0;
  const connection = await connectPipe(fake, NAME, soon(), () => closed++);
  fake.writable = 0;
  const writing = connection.write(encode("secret"));
  const reading = connection.read(new Uint8Array(1));
  fake.log.length = 0;
  connection.close();
  connection.close();
  assertEquals(await reading, 0);
  const error = await assertRejects(async () => await writing, SystemCallError);
  // It may have been done in the moment in which it was cancelled.
  assertEquals(error.written, undefined);
  assertEquals(closed, 1);
  assertEquals(fake.openHandles, []);
  const cancel = fake.log.indexOf("CancelIoEx");
  assert(cancel >= 0 && cancel < fake.log.indexOf("CloseHandle"), fake.log.join());
  assertEquals(fake.lastWritten.every((byte) => byte === 0), true);
});

test("write() to a server that does not read keeps receiving replies", async () => {
  const fake = new FakeWindows();
  const connection = await open(fake);
  fake.writable = 0;
  const writing = connection.write(encode("request\n"));
  assert(writing instanceof Promise);
  fake.incoming.push(...encode("reply\n"));
  // The server takes more only when its reply was read.
  fake.onRead = () => fake.writable = 1_000;
  await writing;
  assertEquals(fake.taken, [...encode("request\n")]);
  const into = new Uint8Array(100);
  assertEquals(new TextDecoder().decode(into.subarray(0, await connection.read(into))), "reply\n");
  connection.close();
});

test("a synchronous write to a server that does not read keeps receiving replies, and ends in time", () =>
  atAnyPace((scale) => {
    const fake = new FakeWindows();
    const connection = connectPipeSync(fake, NAME, soon(), nothing);
    fake.writable = 0;
    fake.incoming.push(...encode("reply\n"));
    fake.onRead = () => fake.writable = 4;
    assertEquals(connection.write(encode("request\n"), new Deadline(50 * scale)), 0);
    const taken = fake.taken.length;
    if (taken > 0) assertEquals(fake.taken, [...encode("requ")]);
    const into = new Uint8Array(100);
    assertEquals(connection.read(into, soon()), 6);
    assertEquals(connection.read(into, new Deadline(10)), -1);
    assertEquals(fake.pendingReads, 0);
    connection.close();
    return Promise.resolve(taken > 0 ? undefined : "nothing was taken in 50 ms");
  }));

test("write() on a pipe leaves no copy of a secret in its memory", async () => {
  const fake = new FakeWindows();
  const connection = await open(fake);
  await connection.write(encode("secret"));
  assertEquals(fake.taken, [...encode("secret")]);
  assertEquals(fake.lastWritten.length, 6);
  assertEquals(fake.lastWritten.every((byte) => byte === 0), true);
  connection.close();
});

test("write() on a pipe splits what is longer than 64 KiB", async () => {
  const fake = new FakeWindows();
  const connection = await open(fake);
  const bytes = Uint8Array.from({ length: 150_000 }, (_, i) => i % 251);
  await connection.write(bytes);
  assertEquals(fake.taken, [...bytes]);
  connection.close();
});
