/** How much may wait to be sent, and that what has left makes room for more. */
import { assert, assertEquals } from "@std/assert";
import { isKeychainAuthError } from "../../mod.ts";
import { SystemCallError } from "../../core.ts";
import type { KeychainClient } from "../support/clients.ts";
import { Played, testPlayed } from "../support/played.ts";
import { inTime, sleep } from "../support/raw_client.ts";
import { disconnect, reconnecting } from "../support/reconnecting.ts";

// 700 of them are 42 MB: twice as much is more than the 64 MiB that may wait.
const value = "x".repeat(60_000);

/** How the 42 MB that wait for a connection end, and what their callers are told. */
const endings: Record<string, {
  readonly codes: string;
  readonly options?: { timeout?: number; signal?: AbortSignal };
  end?(gate: { resolve(): void; reject(error: unknown): void }): void;
}> = {
  "the connection opened": { codes: "done", end: (gate) => gate.resolve() },
  "the connection failed": {
    codes: "daemon_unavailable",
    end: (gate) => gate.reject(new SystemCallError("connect", "ENOENT")),
  },
  "their time was over": { codes: "timeout", options: { timeout: 20 } },
  "they were aborted": { codes: "AbortError" },
};

for (const [what, { codes, options, end }] of Object.entries(endings)) {
  testPlayed(`what waited for a connection makes room for more when ${what}`, async (kind) => {
    const { transport, client, service, ...first } = await reconnecting(kind);
    let { gate } = first;
    for (let round = 0; round < 3; round++) {
      if (round > 0 && end !== undefined) gate = await disconnect(client, transport);
      const controller = new AbortController();
      const limits = codes === "AbortError" ? { signal: controller.signal } : options;
      const writes = Array.from({ length: 700 }, () => service.write({ A: value }, limits));
      const ended = Promise.allSettled(writes);
      await sleep(1);
      end?.(gate);
      controller.abort();
      const seen = (await inTime(ended)).map((end) => {
        if (end.status === "fulfilled") return "done";
        return isKeychainAuthError(end.reason) ? end.reason.code : end.reason.name;
      });
      assertEquals([...new Set(seen)], [codes], `in round ${round}`);
    }
    await client.close();
  }, { only: "async" });
}

testPlayed("no more than 64 MiB of requests wait for a connection", async (kind) => {
  const { client, service } = await reconnecting(kind);
  const writes = Array.from({ length: 1_200 }, () => service.write({ A: value }));
  const ended = Promise.allSettled(writes);
  await sleep(1);
  await client.close();
  const codes = (await ended).map((end) => end.status === "rejected" && end.reason.code);
  const refused = codes.filter((code) => code === "queue_full").length;
  assert(refused > 50 && refused < 200, `${refused} were refused`);
  assertEquals(codes.filter((code) => code === "client_closed").length, 1_200 - refused);
}, { only: "async" });

testPlayed("a client that has sent more than 64 MiB in all is not full", async (kind) => {
  const transport = new Played();
  const client = await kind.connect(transport);
  const service = client.service("S");
  for (let round = 0; round < 12; round++) {
    await Promise.all(Array.from({ length: 100 }, () => service.write({ A: value })));
  }
  assertEquals([transport.asked.length, transport.connections.length], [1_200, 1]);
  await client.close();
});

testPlayed(
  "no more than 64 MiB of requests wait behind those that are on the way",
  async (kind) => {
    const transport = new Played(() => undefined);
    const client = await kind.connect(transport) as KeychainClient;
    const writes = Array.from({ length: 1_200 }, () => client.service("S").write({ A: value }));
    const ended = Promise.allSettled(writes);
    await sleep(1);
    await client.close();
    const refused =
      (await ended).filter((end) => end.status === "rejected" && end.reason.code === "queue_full")
        .length;
    assert(refused > 50 && refused < 200, `${refused} were refused`);
  },
  { only: "async" },
);
