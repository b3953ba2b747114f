/** keytar's connection, and what configures it. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import process from "node:process";
import * as named from "../../../keytar/mod.ts";
import keytar from "../../../keytar/mod.ts";
import { DaemonUnavailableError, InvalidRequestError } from "../../../mod.ts";
import { startDaemon } from "../../../testing/mod.ts";
import { runFixture, test } from "../../harness.ts";
import { SERVICE, SOCKET, withDaemon } from "./with_daemon.ts";

test("keytar uses one connection for everything, and connects only when it is called", () =>
  withDaemon(async (daemon) => {
    assertEquals(daemon.connections, 0);
    assertThrows(() => keytar.getPassword("", "a"));
    assertEquals(daemon.connections, 0);
    await Promise.all(["a", "b", "c"].map((account) => keytar.setPassword("s", account, "v")));
    await keytar.findCredentials("s");
    assertEquals(daemon.connections, 1);
  }));

test("keytar finds a daemon that is started after a call has failed", () =>
  withDaemon(async (other) => {
    const endpoint = process.env[SOCKET] = `${other.endpoint}-later`;
    await assertRejects(() => keytar.getPassword("s", "a"), DaemonUnavailableError);
    await using _ = await startDaemon({ endpoint, secrets: { s: { a: "v" } } });
    assertEquals(await keytar.getPassword("s", "a"), "v");
  }));

test("keytar follows KEYCHAIN_AUTH_SOCKET, and finishes the calls under way", () =>
  withDaemon(async (first) => {
    await using second = await startDaemon({ secrets: { s: { a: "second" } } });
    const pending = keytar.getPassword("s", "a");
    process.env[SOCKET] = second.endpoint;
    assertEquals(await keytar.getPassword("s", "a"), "second");
    assertEquals(await pending, "first");
    assertEquals([first.connections, second.connections], [1, 1]);
  }, { secrets: { s: { a: "first" } } }));

test("close() closes the connection, once the calls under way have ended", () =>
  withDaemon(async (daemon) => {
    using slow = daemon.fail("slow", { action: "read", delay: 100 });
    const pending = keytar.getPassword("s", "a");
    while (slow.hits === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const closed = keytar.close();
    assertEquals(await pending, "first");
    await closed;
    while (daemon.openConnections > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    assertEquals(await keytar.getPassword("s", "a"), "first");
    assertEquals(daemon.connections, 2);
    // What is connected otherwise from now on does not stay connected as before.
    named.configure({ connect: undefined });
    while (daemon.openConnections > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }, { secrets: { s: { a: "first" } } }));

test("configure() sets the connection and the service, and keeps other options", () =>
  withDaemon(async () => {
    await using other = await startDaemon({ secrets: { one: { "s:a": "other" } } });
    try {
      named.configure({ connect: { endpoint: other.endpoint } });
      named.configure({ service: "one" });
      assertEquals(await keytar.getPassword("s", "a"), "other");
      named.configure({ service: null });
      assertEquals(await keytar.getPassword("s", "a"), null);
      named.configure({ service: undefined });
      process.env[SERVICE] = "one";
      assertEquals(await keytar.getPassword("s", "a"), "other");
      named.configure({ service: null });
      named.configure({ connect: undefined });
      assertEquals(await keytar.getPassword("s", "a"), "first");
    } finally {
      named.configure({ service: undefined, connect: undefined });
    }
  }, { secrets: { s: { a: "first" } } }));

test("configure() refuses unknown options", () => {
  const wrong: [options: unknown, argument: string][] = [
    [undefined, "options"],
    [{ endpoint: "/x" }, "endpoint"],
    [{ service: 5 }, "service"],
    [{ service: "" }, "service"],
    [{ service: "a:b" }, "service"],
    [{ connect: "/x" }, "connect"],
  ];
  for (const [options, argument] of wrong) {
    const error = assertThrows(() => named.configure(options as object), InvalidRequestError);
    assertEquals(error.argument, argument);
  }
});

test("keytar does not keep the process alive", () =>
  withDaemon(async (daemon) => {
    const { code, stdout, stderr } = await runFixture("keytar", {
      env: { [SOCKET]: daemon.endpoint },
    });
    assertEquals([stdout, code], ["null\n", 0], stderr);
    assertEquals(daemon.connections, 1);
  }));
