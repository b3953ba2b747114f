/** The embedded daemon's socket as a file. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { chmod, lstat, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { startDaemon } from "../../../testing/mod.ts";
import { test } from "../../harness.ts";
import { inTime, line, RawClient, sleep, until } from "../../support/raw_client.ts";
import { staleEndpoint } from "../../support/scripted_server.ts";

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

test("only one of several daemons gets a stale path", async () => {
  for (let round = 0; round < 5; round++) {
    await using place = await staleEndpoint();
    const { endpoint } = place;
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () => startDaemon({ endpoint })),
    );
    const daemons = results.flatMap((result) => result.status === "fulfilled" ? result.value : []);
    const failures = results.flatMap((result) => result.status === "rejected" ? result.reason : []);
    for (const error of failures) assert(/it is in use/.test(error.message), error);
    assertEquals([daemons.length, failures.length], [1, 7]);
    const client = await RawClient.connect(endpoint);
    client.send(ping);
    await client.reply();
    await client.close();
    // A private folder for each was made beside it, and is gone.
    assertEquals(await readdir(dirname(endpoint)), [basename(endpoint)]);
    assertEquals((await stat(endpoint)).mode & 0o777, 0o600);
    await Promise.all(daemons.map((daemon) => daemon.close()));
    assertEquals(await readdir(dirname(endpoint)), []);
  }
});

test("close() leaves a socket alone that another daemon has put in its place", async () => {
  await using place = await staleEndpoint();
  const { endpoint } = place;
  const first = await startDaemon({ endpoint });
  await rm(endpoint);
  await using second = await startDaemon({ endpoint });
  await first.close();
  const client = await RawClient.connect(endpoint);
  client.send(ping);
  await client.reply();
  assertEquals(second.connections, 1);
  await client.close();
});

test("disconnect() ends a client that does not read, too", async () => {
  await using daemon = await startDaemon({ secrets: { S: { A: "x".repeat(500_000) } } });
  const socket = connect(daemon.endpoint);
  socket.pause();
  socket.on("error", () => {});
  const read = line({ action: "read", service: "S", targets: ["A"] });
  for (let count = 0; count < 50; count++) socket.write(read);
  await until("replies are waiting", () => daemon.requests > 0);
  await sleep(100);
  daemon.disconnect();
  await until("the connection has ended", () => daemon.openConnections === 0);
  socket.destroy();
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
  const daemon = await startDaemon({ shutdownTimeout: 2_500 });
  await using client = await RawClient.connect(daemon.endpoint);
  await until("the connection is there", () => daemon.openConnections === 1);
  const start = performance.now();
  const closed = daemon.close();
  await sleep(30);
  await assertRejects(() => RawClient.connect(daemon.endpoint), Error, "ENOENT");
  client.send(ping);
  await client.reply();
  await inTime(closed);
  const took = performance.now() - start;
  assert(took > 2_400, `took ${took} ms`);
  await client.ended;
});
