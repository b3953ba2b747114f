/** The pipe connection against real pipes. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { spawn } from "node:child_process";
import { createServer, type Socket } from "node:net";
import process from "node:process";
import { Deadline } from "../../src/clock.ts";
import { SystemCallError } from "../../src/transport.ts";
import { test } from "../harness.ts";
import { inTime } from "../support/raw_client.ts";
import { denoPath, hasForeignCalls, newPipeName, startNarrowDaemon, transport } from "./support.ts";

const skip = !hasForeignCalls;
const narrow = { skip: skip || denoPath === undefined, timeout: 60_000 };
const soon = (): Deadline => new Deadline(10_000);
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A server in this process whose sockets the test drives. */
async function listen(
  onSocket: (socket: Socket) => void,
): Promise<{ name: string } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    onSocket(socket);
  });
  const name = newPipeName();
  await new Promise<void>((resolve) => server.listen(name, resolve));
  return {
    name,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const echo = (socket: Socket): void => void socket.on("data", (bytes) => socket.write(bytes));

test("connect() of a pipe opens a handle that no child process inherits", async () => {
  let seen = (): void => {};
  const ended = new Promise<void>((resolve) => seen = resolve);
  await using server = await listen((socket) => socket.resume().on("end", seen));
  const connection = await transport().connect(server.name, soon());
  assertEquals(connection.inheritable?.(), false);
  // Were the handle inherited, the server would not see the end before the child's.
  const child = spawn("cmd.exe", ["/c", "pause"], { stdio: ["pipe", "ignore", "ignore"] });
  let alive = true;
  const exited = new Promise<void>((resolve) =>
    child.on("exit", () => resolve(void (alive = false)))
  );
  connection.close();
  assertEquals(connection.inheritable?.(), undefined);
  await ended;
  assert(alive, "The child ended too early to show anything");
  child.kill();
  await exited;
}, { skip });

test("connect() of a pipe says who listens", async () => {
  await using server = await listen(echo);
  const connection = await transport().connect(server.name, soon());
  assertEquals(connection.peer, { pid: process.pid });
  connection.close();
}, { skip });

test("connect() of a pipe gives up when the pipe does not exist", async () => {
  const opening = transport().connect(newPipeName(), new Deadline(60_000));
  const error = await assertRejects(() => inTime(opening), SystemCallError);
  assertEquals([error.call, error.code], ["CreateFileW", "ERROR_FILE_NOT_FOUND"]);
}, { skip });

test("connect() of a pipe waits for a pipe that appears between two accepts", async () => {
  const name = newPipeName();
  const opening = transport().connect(name, soon());
  const server = createServer(echo);
  setTimeout(() => server.listen(name), 10);
  (await opening).close();
  await new Promise((resolve) => server.close(resolve));
}, { skip });

test("read() on a pipe waits without blocking the event loop", async () => {
  let reply: (() => void) | undefined;
  await using server = await listen((socket) =>
    socket.on("data", (bytes) => reply = () => socket.write(bytes))
  );
  const connection = await transport().connect(server.name, soon());
  // The reply comes after so many turns, however long those take.
  let ticks = 0;
  const timer = setInterval(() => {
    if (++ticks < 15) return;
    reply?.();
    reply = undefined;
  }, 5);
  await connection.write(encode("hello\n"));
  const into = new Uint8Array(100);
  const count = await inTime(connection.read(into));
  clearInterval(timer);
  connection.close();
  assertEquals(new TextDecoder().decode(into.subarray(0, count)), "hello\n");
}, { skip });

test("close() wakes a read that waits on a pipe", async () => {
  await using server = await listen(echo);
  const connection = await transport().connect(server.name, soon());
  const reading = connection.read(new Uint8Array(10));
  setTimeout(() => connection.close(), 20);
  assertEquals(await reading, 0);
  assertEquals(await connection.read(new Uint8Array(10)), 0);
  connection.close();
}, { skip });

test("read() on a pipe gives what came before the end, then the end", async () => {
  await using server = await listen((socket) => socket.end("bye\n", () => socket.destroy()));
  const connection = await transport().connect(server.name, soon());
  let text = "";
  const into = new Uint8Array(3);
  for (let n = await connection.read(into); n > 0; n = await connection.read(into)) {
    text += new TextDecoder().decode(into.subarray(0, n));
  }
  assertEquals(text, "bye\n");
  assertEquals(connection.quiet(), false);
  const error = await assertRejects(
    async () => await connection.write(encode("x")),
    SystemCallError,
  );
  assert(/^ERROR_(NO_DATA|BROKEN_PIPE|PIPE_NOT_CONNECTED)$/.test(error.code), error.code);
  assertEquals(error.written, 0);
  connection.close();
}, { skip });

test("close() cancels a write that the server does not read", async () => {
  await using server = await listen((socket) => socket.pause());
  const connection = await transport().connect(server.name, soon());
  const writing = Promise.resolve(connection.write(new Uint8Array(3_000_000)));
  setTimeout(() => connection.close(), 50);
  const error = await assertRejects(() => writing, SystemCallError);
  assertEquals(error.code, "ERROR_OPERATION_ABORTED");
}, { skip });

/** A search that finds nothing, and its reply. */
const small = encode(
  '{"type":"REQUEST","action":"read","service":"S","match":"exact","targets":["greeting"]}\n',
);
const smallReply =
  '{"type":"RESPONSE","status":"success","results":[{"target":"greeting","value":"hello"}]}\n';
const bulk = encode(
  '{"type":"REQUEST","action":"read","service":"S","match":"prefix","targets":["bulk:"]}\n',
);

function repeat(bytes: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(bytes.length * times);
  for (let i = 0; i < times; i++) all.set(bytes, i * bytes.length);
  return all;
}

test("connect() of a pipe reads a 5 MB reply whole through a 1,024-byte pipe", async () => {
  await using daemon = await startNarrowDaemon();
  const connection = await transport().connect(daemon.endpoint, soon());
  assertEquals(connection.peer?.pid !== process.pid, true);
  await connection.write(bulk);
  const into = new Uint8Array(65_536);
  const decoder = new TextDecoder();
  let text = "";
  while (!text.endsWith("\n")) {
    text += decoder.decode(into.subarray(0, await connection.read(into)), { stream: true });
  }
  connection.close();
  const { results } = JSON.parse(text) as { results: { target: string; value: string }[] };
  assertEquals(results.length, 1_000);
  for (const { target, value } of results) {
    assertEquals(value, `${target.slice(5)}:`.padEnd(5_000, "x"));
  }
}, narrow);

test("write() of 1,000 requests to a daemon that answers meanwhile does not block", async () => {
  await using daemon = await startNarrowDaemon();
  const connection = await transport().connect(daemon.endpoint, soon());
  await connection.write(repeat(small, 1_000));
  const into = new Uint8Array(65_536);
  let text = "";
  while (text.length < smallReply.length * 1_000) {
    text += new TextDecoder().decode(into.subarray(0, await connection.read(into)));
  }
  assertEquals(text, smallReply.repeat(1_000));
  connection.close();
}, narrow);

test(
  "connectSync() of a pipe writes 1,000 requests to a daemon that answers meanwhile",
  async () => {
    await using daemon = await startNarrowDaemon();
    const connection = transport().connectSync(daemon.endpoint, soon());
    const requests = repeat(small, 1_000);
    assertEquals(connection.write(requests, new Deadline(30_000)), requests.length);
    const into = new Uint8Array(65_536);
    let text = "";
    while (text.length < smallReply.length * 1_000) {
      text += new TextDecoder().decode(into.subarray(0, connection.read(into, soon())));
    }
    assertEquals(text, smallReply.repeat(1_000));
    connection.close();
  },
  narrow,
);

test("read() of a synchronous pipe gives up at the deadline and goes on after it", async () => {
  await using daemon = await startNarrowDaemon();
  const connection = transport().connectSync(daemon.endpoint, soon());
  const into = new Uint8Array(65_536);
  const started = performance.now();
  assertEquals(connection.read(into, new Deadline(60)), -1);
  const took = performance.now() - started;
  assert(took >= 50 && took < 15_000, `${took} ms`);
  connection.write(small, soon());
  const count = connection.read(into, soon());
  assertEquals(new TextDecoder().decode(into.subarray(0, count)), smallReply);
  connection.close();
}, narrow);

test(
  "connect() of a pipe reaches a daemon with one instance an accept from 200 clients",
  async () => {
    await using daemon = await startNarrowDaemon();
    const pipes = transport();
    const clients = Array.from({ length: 200 }, async () => {
      const connection = await pipes.connect(daemon.endpoint, new Deadline(30_000));
      await connection.write(small);
      const into = new Uint8Array(1_000);
      const count = await connection.read(into);
      connection.close();
      return new TextDecoder().decode(into.subarray(0, count));
    });
    assertEquals(new Set(await Promise.all(clients)), new Set([smallReply]));
  },
  narrow,
);
