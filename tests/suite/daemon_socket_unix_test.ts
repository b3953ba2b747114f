/** The embedded daemon's socket as a file. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { chmod, lstat, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startDaemon } from "../../testing/mod.ts";
import { test } from "../harness.ts";
import { line, RawClient, sleep, until } from "../support/raw_client.ts";
import { staleEndpoint } from "../support/scripted_server.ts";

const ping = line({ action: "search", service: "S" });

test(
  "startDaemon() listens on a private socket in a private folder, removed on close",
  async () => {
    const daemon = await startDaemon();
    const folder = dirname(daemon.endpoint);
    assertEquals((await stat(folder)).mode & 0o777, 0o700);
    const socket = await lstat(daemon.endpoint);
    assert(socket.isSocket());
    assertEquals(socket.mode & 0o777, 0o600);
    await daemon.close();
    await assertRejects(() => stat(folder), Error, "ENOENT");
  },
);

test("startDaemon() replaces a stale socket and leaves a live one alone", async () => {
  await using place = await staleEndpoint();
  const daemon = await startDaemon({ endpoint: place.endpoint });
  assertEquals(daemon.endpoint, place.endpoint);
  await assertRejects(() => startDaemon({ endpoint: place.endpoint }), Error, "it is in use");
  const client = await RawClient.connect(place.endpoint);
  client.send(ping);
  await client.reply();
  await client.close();
  await daemon.close();
  await assertRejects(() => lstat(place.endpoint), Error, "ENOENT");
});

test("startDaemon() refuses to replace a file that is no socket", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kca-test-"));
  const endpoint = join(folder, "file");
  try {
    await writeFile(endpoint, "precious");
    await assertRejects(() => startDaemon({ endpoint }), Error, "it is not a socket");
    assertEquals((await stat(endpoint)).size, 8);
    await chmod(folder, 0o700);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("startDaemon() refuses a path that is too long for a socket, counted in bytes", async () => {
  const endpoint = "/tmp/" + "é".repeat(60);
  await assertRejects(() => startDaemon({ endpoint }), RangeError, "125 bytes");
});

test("startDaemon() rejects when the folder does not exist", async () => {
  await assertRejects(() => startDaemon({ endpoint: "/nonexistent-kca/agent.sock" }), Error);
});

test("close() removes the socket at once and serves open connections for a while", async () => {
  const daemon = await startDaemon({ shutdownTimeout: 300 });
  await using client = await RawClient.connect(daemon.endpoint);
  await until("the connection is there", () => daemon.openConnections === 1);
  const start = performance.now();
  const closed = daemon.close();
  await sleep(30);
  await assertRejects(() => RawClient.connect(daemon.endpoint), Error, "ENOENT");
  client.send(ping);
  await client.reply();
  await closed;
  const took = performance.now() - start;
  assert(took > 250 && took < 1_500, `took ${took} ms`);
  await client.ended;
});
