/** A denial ends the use of the connection that it came over, and of no other. */
import { assertEquals, assertRejects } from "@std/assert";
import { DeniedError, type KeychainClient } from "../../mod.ts";
import { answersAll, fails, SNA, UNREG } from "../faults/fault.ts";
import { runtime, test } from "../harness.ts";
import { modes } from "../support/clients.ts";
import { canSanitize, startScriptedFor } from "../support/scripted_client.ts";
import { startScripted } from "../support/scripted_server.ts";
import { close, reply, request } from "../support/steps.ts";

for (const mode of modes.filter(({ sync }) => !sync)) {
  test(`[${mode.name}] late denials of an old connection leave its successor alone`, async () => {
    const gates = [1, 2, 3].map(() => Promise.withResolvers<void>());
    await using server = await startScripted([
      async (peer) => {
        for (const _ of gates) await request()(peer);
        for (const { promise } of gates) {
          await promise;
          await peer.send(SNA);
        }
      },
      answersAll,
    ]);
    await using client = await mode.connect({ endpoint: server.endpoint }) as KeychainClient;
    const service = client.service("S");
    // Calls with limits of their own go alone.
    const denied = gates.map(() => service.get("A", { timeout: 60_000 }));
    for (const [at, gate] of gates.entries()) {
      gate.resolve();
      await assertRejects(() => denied[at]!, DeniedError);
      await service.get("A");
    }
    assertEquals(server.connections, 2);
  });
}

for (const mode of modes.filter(({ sync }) => !sync)) {
  test(
    `[${mode.name}] a denial that arrives while a slow machine connects is reported`,
    async () => {
      // In a process of its own, which is done before this one looks again.
      await using server = await startScriptedFor({ ...mode, sync: true }, [[
        reply(UNREG),
        close(),
      ]]);
      let slow = true;
      const turn = (): void => {
        for (const end = performance.now() + 40; performance.now() < end;);
        if (slow) setTimeout(turn, 0);
      };
      setTimeout(turn, 0);
      try {
        const client = await mode.connect({ endpoint: server.endpoint });
        await fails("denied", () => client.service("S").get("A"), "does not know");
        await client.close();
      } finally {
        slow = false;
      }
      // The node:net of Deno and Bun still loses it now and then.
    },
    { sanitize: canSanitize(mode), skip: runtime !== "node" && mode.transport === "node" },
  );
}
