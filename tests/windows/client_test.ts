/** The client as a whole on Windows, over each of its transports. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { spawn } from "node:child_process";
import process from "node:process";
import { connect, DaemonUnavailableError } from "../../mod.ts";
import { startDaemon } from "../../testing/mod.ts";
import { runtime, runtimeVersion, test } from "../harness.ts";
import { denoPath, hasForeignCalls, newPipeName, startNarrowDaemon } from "./support.ts";

const transports = hasForeignCalls ? ["ffi", "node"] as const : ["node"] as const;
const narrow = { skip: denoPath === undefined, timeout: 60_000 };

test(`connect() takes ${transports[0]} by itself`, async () => {
  await using daemon = await startDaemon();
  await using client = await connect({ endpoint: daemon.endpoint });
  console.log(`${runtime} ${runtimeVersion} on Windows, transport: ${client.transport}`);
  assertEquals(client.transport, transports[0]);
});

for (const transport of transports) {
  test(`${transport}: write, read, search and delete work over a pipe`, async () => {
    await using daemon = await startDaemon();
    await using client = await connect({ endpoint: daemon.endpoint, transport });
    assertEquals(client.transport, transport);
    if (transport === "ffi") assertEquals(client.peer, { pid: process.pid });
    const service = client.service("S");
    await service.write({ a: "1", b: "ü😀\n\0", c: "" });
    assertEquals(daemon.secrets("S"), { a: "1", b: "ü😀\n\0", c: "" });
    assertEquals(await service.get("b"), "ü😀\n\0");
    assertEquals(await service.search(), ["a", "b", "c"]);
    assertEquals(await service.delete(["a", "x"]), { deleted: ["a"], missing: ["x"] });
  });

  test(`${transport}: connect() reports with Windows' error that no daemon runs`, async () => {
    const endpoint = newPipeName();
    const error = await assertRejects(
      () => connect({ endpoint, transport }),
      DaemonUnavailableError,
    );
    const reason = `Cannot connect to "${endpoint}": no such pipe; the daemon is not started`;
    assert(error.message.startsWith(reason), error.message);
    assert(!/socket|errno|ENOENT|\$HOME|~\//.test(error.message.replace("_SOCKET", "")));
  });

  test(`${transport}: a pipe's name may be written with slashes`, async () => {
    await using daemon = await startDaemon();
    const endpoint = daemon.endpoint.replaceAll("\\", "/");
    await using client = await connect({ endpoint, transport });
    assertEquals(await client.service("S").search(), []);
  });

  test(`${transport}: a child process inherits no handle to the pipe`, async () => {
    await using daemon = await startDaemon();
    const client = await connect({ endpoint: daemon.endpoint, transport });
    await client.service("S").search();
    assertEquals(daemon.openConnections, 1);
    const child = spawn("cmd.exe", ["/c", "pause"], { stdio: ["pipe", "ignore", "ignore"] });
    let alive = true;
    const exited = new Promise<void>((resolve) =>
      child.on("exit", () => {
        alive = false;
        resolve();
      })
    );
    await client.close();
    // Were the handle inherited, the daemon would not see the end before the child's.
    for (let i = 0; i < 200 && daemon.openConnections > 0; i++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assertEquals([daemon.openConnections, alive], [0, true]);
    child.kill();
    await exited;
  });

  test(`${transport}: 200 clients reach a daemon with one instance an accept`, async () => {
    await using daemon = await startNarrowDaemon();
    const values = Array.from({ length: 200 }, async () => {
      await using client = await connect({
        endpoint: daemon.endpoint,
        transport,
        connectTimeout: 30_000,
      });
      if (transport === "ffi") assert(client.peer?.pid !== undefined);
      return await client.service("S").get("greeting");
    });
    assertEquals(await Promise.all(values), Array(200).fill("hello"));
  }, narrow);

  test(`${transport}: a 5 MB reply arrives whole through a 1,024-byte pipe`, async () => {
    await using daemon = await startNarrowDaemon();
    await using client = await connect({ endpoint: daemon.endpoint, transport });
    const secrets = await client.service("S").readPrefix("bulk:");
    assertEquals(secrets.size, 1_000);
    for (const [name, secret] of secrets) {
      assertEquals(secret.reveal(), `${name.slice(5)}:`.padEnd(5_000, "x"));
    }
  }, narrow);

  test(`${transport}: 1,000 pipelined requests do not deadlock`, async () => {
    await using daemon = await startNarrowDaemon();
    await using client = await connect({ endpoint: daemon.endpoint, transport });
    const service = client.service("S");
    const targets = Array.from({ length: 1_000 }, (_, i) => `bulk:${i}`);
    const values = await Promise.all(
      targets.map((target) =>
        client.request({ action: "read", service: "S", match: "exact", targets: [target] })
      ),
    );
    for (const [i, { results }] of values.entries()) {
      assertEquals(results?.[0]?.value, `${i}:`.padEnd(5_000, "x"));
    }
    assertEquals(await service.get("greeting"), "hello");
  }, narrow);
}
