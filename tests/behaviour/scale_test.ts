/** Many calls and large batches over one connection. */
import { assert, assertEquals, assertLess } from "@std/assert";
import type { KeychainClient } from "../../mod.ts";
import { startDaemon } from "../../testing/mod.ts";
import { OK } from "../faults/fault.ts";
import { patience, test } from "../harness.ts";
import { modes, startDaemonFor } from "../support/clients.ts";
import { startScripted } from "../support/scripted_server.ts";

const S = "Scale";

/** How many bytes of requests may be on the way without a reply. */
const MOST = 256 * 1024;

/** The bytes of all requests as one line would have them. */
function bytesOf(names: readonly string[]): number {
  return names.reduce((sum, name) => sum + name.length + 3, 0);
}

for (const mode of modes.filter(({ sync }) => !sync)) {
  test(`[${mode.name}] 10,000 concurrent get() calls travel as few requests on one connection`, async () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `secret-number-${index}`);
    const secrets = Object.fromEntries(names.map((name) => [name, `value of ${name}`]));
    await using daemon = await startDaemon({ secrets: { [S]: secrets } });
    await using client = await mode.connect({ endpoint: daemon.endpoint }) as KeychainClient;
    const service = client.service(S);
    const values = await Promise.all(names.map((name) => service.get(name)));
    assertEquals(values, names.map((name) => `value of ${name}`));
    assertEquals(daemon.connections, 1);
    const most = Math.ceil(bytesOf(names) / 65_535) + 1;
    assertLess(daemon.requests, most + 1, `${daemon.requests} requests, at most ${most}`);
  });

  // In an emulator fewer: 10,000 took Node a quarter of an hour there.
  const calls = 10_000 / patience;
  test(`[${mode.name}] ${calls} get() calls with one signal and a timeout leave nothing behind`, async () => {
    await using daemon = await startDaemon({ secrets: { [S]: { A: "1" } } });
    await using client = await mode.connect({ endpoint: daemon.endpoint }) as KeychainClient;
    const { signal } = new AbortController();
    const options = { signal, timeout: 20_000 * patience };
    const names = Array.from(
      { length: calls },
      (_, index) => index % 2 ? "A" : `missing-${index}`,
    );
    const values = await Promise.all(names.map((name) => client.service(S).get(name, options)));
    assertEquals(values.filter((value) => value === "1").length, calls / 2);
    assertEquals(daemon.connections, 1);
  });

  test(`[${mode.name}] no more than 256 KiB of requests are on the way without a reply`, async () => {
    let held = 0;
    let heldBytes = 0;
    let answering = false;
    await using server = await startScripted([async (peer) => {
      const answer = () => {
        answering = true;
        void peer.send(OK.repeat(held));
      };
      // When most has come, and then nothing more for a while; or if it never comes.
      let timer = setTimeout(answer, 10_000);
      for (;;) {
        const bytes = JSON.stringify(await peer.request()).length + 1;
        if (answering) {
          await peer.send(OK);
          continue;
        }
        held++;
        heldBytes += bytes;
        if (heldBytes < MOST - 4_096) continue;
        clearTimeout(timer);
        timer = setTimeout(answer, 250);
      }
    }]);
    await using client = await mode.connect({ endpoint: server.endpoint }) as KeychainClient;
    const targets = ["x".repeat(1_000)];
    await Promise.all(
      Array.from({ length: 1_000 }, () => client.request({ action: "read", service: S, targets })),
    );
    assert(heldBytes > 200 * 1024, `${heldBytes} bytes: requests wait for one another`);
    assert(heldBytes <= MOST, `${heldBytes} bytes on the way`);
  });

  test(`[${mode.name}] 5,000 raw requests are pipelined and answered in order`, async () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `n${index}`);
    const secrets = Object.fromEntries(names.map((name) => [name, name]));
    await using daemon = await startDaemon({ secrets: { [S]: secrets } });
    await using client = await mode.connect({ endpoint: daemon.endpoint }) as KeychainClient;
    const replies = await Promise.all(
      names.map((name) => client.request({ action: "read", service: S, targets: [name] })),
    );
    assertEquals(replies.map(({ results }) => results![0]!.value), names);
    assertEquals([daemon.connections, daemon.requests], [1, 5_000]);
  });
}

for (const mode of modes) {
  test(`[${mode.name}] 100,000 targets in one write and one read`, async () => {
    await using daemon = await startDaemonFor(mode);
    const client = await mode.connect({ endpoint: daemon.endpoint });
    try {
      const service = client.service(S);
      const entries = Array.from({ length: 100_000 }, (_, i) => [`T${i}`, `ä${i}`] as const);
      await service.write(entries);
      const found = await service.read(entries.map(([name]) => name));
      assertEquals(found.size, 100_000);
      let index = 0;
      for (const [name, secret] of found) {
        const [target, value] = entries[index++]!;
        if (name !== target || secret.reveal() !== value) {
          throw new Error(`${name} instead of ${target}`);
        }
      }
      assertEquals((await service.readPrefix("T9999")).size, 11);
    } finally {
      await client.close();
    }
  }, { timeout: 300_000 });

  test(`[${mode.name}] delete() of 10,000 targets takes linear time`, async () => {
    await using daemon = await startDaemonFor(mode);
    const client = await mode.connect({ endpoint: daemon.endpoint });
    try {
      const service = client.service(S);
      const names = Array.from({ length: 10_000 }, (_, index) => `T${index}`);
      await service.write(names.filter((_, i) => i % 2 === 0).map((name) => [name, "x"] as const));
      const { deleted, missing } = await service.delete(names);
      assertEquals([deleted.length, missing.length], [5_000, 5_000]);
      assertEquals(await service.search(), []);
      assert(deleted[1] === "T2" && missing[1] === "T3");
    } finally {
      await client.close();
    }
  }, { timeout: 300_000 });
}
