/** What the pipe logic says and leaves behind when things go wrong, against a table of calls. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { connectPipe } from "../../../../ffi/windows/connection.ts";
import { connectPipeSync } from "../../../../ffi/windows/connection_sync.ts";
import { connect } from "../../../../mod.ts";
import { connectSync } from "../../../../sync.ts";
import { Deadline } from "../../../../src/clock.ts";
import { SystemCallError, type Transport } from "../../../../src/transport.ts";
import { test } from "../../../harness.ts";
import { atAnyPace } from "../../../support/any_pace.ts";
import { FakeWindows } from "../../../support/fake_windows.ts";

const NAME = "\\\\.\\pipe\\keychain-auth";
const soon = (): Deadline => new Deadline(25_000);
const nothing = (): void => {};
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const request = encode("request\n");
/** Both ways to open a pipe. */
const openers = [
  ["connectPipe()", (fake: FakeWindows) => connectPipe(fake, NAME, soon(), nothing)],
  ["connectPipeSync()", (fake: FakeWindows) => connectPipeSync(fake, NAME, soon(), nothing)],
] as const;

for (const [opener, open] of openers) {
  /** A connection to which "SECRET" came while it wrote. */
  const readAhead = async () => {
    const fake = new FakeWindows();
    const connection = await open(fake);
    fake.writable = 0;
    fake.incoming.push(...encode("SECRET"));
    fake.onRead = () => fake.writable = Infinity;
    await connection.write(request, soon());
    return { fake, connection };
  };

  test(`${opener} treats a pipe that disappears after it was busy as a gap between accepts`, async () => {
    const fake = new FakeWindows();
    fake.openResults = [[-1, 231], [-1, 2], [-1, 231], [-1, 231], [-1, 2]];
    fake.onWait = () => busyFor(40);
    (await open(fake)).close();
    assertEquals(fake.opened.length, 6);
  });

  test(`${opener} gives up on a pipe that stays missing`, async () => {
    const fake = new FakeWindows();
    fake.openResults = Array(100_000).fill([-1, 2]);
    const started = performance.now();
    const error = await assertRejects(async () => await open(fake), SystemCallError);
    // Not when its time is over, which would be ETIMEDOUT.
    assertEquals(error.code, "ERROR_FILE_NOT_FOUND");
    const took = performance.now() - started;
    assert(took >= 50 && took < 15_000, `${took} ms`);
  });

  test(`${opener} closes a file that is not a pipe`, async () => {
    const fake = new FakeWindows();
    fake.fileType = 1; // FILE_TYPE_DISK
    const error = await assertRejects(async () => await open(fake), SystemCallError);
    assertEquals([error.call, error.code], ["GetFileType", "ERROR_BAD_PIPE"]);
    assertEquals(fake.openHandles, []);
  });

  test(`${opener}: close() overwrites unread replies`, async () => {
    const { fake, connection } = await readAhead();
    assertEquals(new TextDecoder().decode(fake.readMemory[0]), "SECRET");
    connection.close();
    assertEquals([...fake.readMemory[0]!], Array(6).fill(0));
    assertEquals(await connection.read(new Uint8Array(9), soon()), 0);
  });

  test(`${opener}: read() overwrites a reply that came during a write as it gives it`, async () => {
    const { fake, connection } = await readAhead();
    const into = new Uint8Array(4);
    assertEquals(await connection.read(into, soon()), 4);
    assertEquals(new TextDecoder().decode(into), "SECR");
    assertEquals([...fake.readMemory[0]!], [0, 0, 0, 0, ...encode("ET")]);
    connection.close();
  });

  test(`${opener}: write() that is refused at once says how much was sent`, async () => {
    const fake = new FakeWindows();
    const connection = await open(fake);
    const long = new Uint8Array(150_000);
    const { WriteFile } = fake;
    fake.WriteFile = (...values) => {
      const ok = WriteFile.apply(fake, values);
      fake.writeError = 232; // ERROR_NO_DATA
      return ok;
    };
    const write = async (): Promise<unknown> => await connection.write(long, soon());
    const second = await assertRejects(write, SystemCallError);
    assertEquals([second.code, second.written], ["ERROR_NO_DATA", 65_536]);
    const first = await assertRejects(write, SystemCallError);
    assertEquals([first.code, first.written], ["ERROR_NO_DATA", 0]);
    connection.close();
  });
}

for (const code of [109, 232, 233]) {
  test(`write() on a pipe that has ended throws for error ${code}`, async () => {
    const fake = new FakeWindows();
    const connection = await connectPipe(fake, NAME, soon(), nothing);
    fake.writeError = code;
    const error = await assertRejects(
      async () => await connection.write(encode("x")),
      SystemCallError,
    );
    assertEquals(error.call, "WriteFile");
    assert(/^ERROR_(BROKEN_PIPE|NO_DATA|PIPE_NOT_CONNECTED)$/.test(error.code), error.code);
    connection.close();
  });
}

for (const sync of [false, true]) {
  test(`a write that Windows refuses at once is repeated${sync ? " (sync)" : ""}`, async () => {
    const first = new FakeWindows();
    first.writeError = 232; // ERROR_NO_DATA
    first.onWrite = () => first.peekError = 109; // ERROR_BROKEN_PIPE
    const second = new FakeWindows();
    second.onWrite = () =>
      void second.incoming.push(...encode('{"type":"RESPONSE","status":"success"}\n'));
    const pipes = [first, second];
    const transport: Transport = {
      name: "played",
      available: () => true,
      connect: (_, deadline) => connectPipe(pipes.shift()!, NAME, deadline, nothing),
      connectSync: (_, deadline) => connectPipeSync(pipes.shift()!, NAME, deadline, nothing),
    };
    const options = { transport, endpoint: "//./pipe/none" };
    const client = sync ? connectSync(options) : await connect(options);
    await client.service("S").write({ T: "value" });
    assertEquals([first.taken.length, second.taken.length > 0], [0, true]);
    await client.close();
  });
}

test("a synchronous write that completes while it is cancelled counts as done", () => {
  const fake = new FakeWindows();
  const connection = connectPipeSync(fake, NAME, soon(), nothing);
  fake.writable = 4;
  fake.onCancel = () => fake.writable = Infinity;
  assertEquals(connection.write(request, new Deadline(5)), request.length);
  assertEquals(fake.taken, [...request]);
  connection.close();
});

test("a synchronous write that cannot be cancelled counts as sent", () => {
  const fake = new FakeWindows();
  const connection = connectPipeSync(fake, NAME, soon(), nothing);
  fake.writable = 0;
  fake.cancelError = 5; // ERROR_ACCESS_DENIED
  assertEquals(connection.write(request, new Deadline(5)), request.length);
  fake.log.length = 0;
  // Windows may still be using the memory of it.
  const error = assertThrows(() => connection.write(request, soon()), SystemCallError);
  assertEquals([error.code, error.written], ["ERROR_OPERATION_ABORTED", 0]);
  connection.close();
  assertEquals([fake.log.includes("WriteFile"), fake.openHandles], [false, []]);
});

test("a pending synchronous write receives at most 1 MiB of replies", () =>
  atAnyPace((scale) => {
    const fake = new FakeWindows();
    const connection = connectPipeSync(fake, NAME, soon(), nothing);
    fake.writable = 0;
    const more = (): void => {
      for (let i = 0; i < 300_000; i++) fake.incoming.push(i % 251);
    };
    more();
    fake.onRead = more;
    assertEquals(connection.write(request, new Deadline(300 * scale)), 0);
    const total = fake.readMemory.reduce((sum, { length }) => sum + length, 0);
    assert(total <= 1_048_576, `${total} bytes`);
    const into = new Uint8Array(300_000);
    assertEquals(connection.read(into, soon()), 300_000);
    assert(into.every((byte, i) => byte === i % 251));
    connection.close();
    return Promise.resolve(total === 1_048_576 ? undefined : `${total} bytes in 300 ms`);
  }));

test("a synchronous pipe that broke is told at once, also without an error number", () => {
  for (const call of ["ReadFile", "WriteFile"] as const) {
    const fake = new FakeWindows();
    const connection = connectPipeSync(fake, NAME, soon(), nothing);
    const plain = fake[call];
    fake[call] = (...values) => {
      // It breaks between the look and the call.
      fake.peekError = fake.writeError = 109; // ERROR_BROKEN_PIPE
      fake.lostErrors = 1;
      return plain.apply(fake, values);
    };
    const started = performance.now();
    if (call === "ReadFile") assertEquals(connection.read(new Uint8Array(9), soon()), 0);
    else {
      const error = assertThrows(() => connection.write(request, soon()), SystemCallError);
      assertEquals([error.code, error.written], ["ERROR_BROKEN_PIPE", undefined]);
    }
    const took = performance.now() - started;
    assert(took < 15_000, `${took} ms`);
    connection.close();
  }
});

function busyFor(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}
