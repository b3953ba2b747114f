/** A denial ends the use of the connection that it came over, and of no other. */
import { assertEquals, assertRejects } from "@std/assert";
import { DeniedError, type KeychainClient } from "../../mod.ts";
import { answersAll, SNA } from "../faults/fault.ts";
import { test } from "../harness.ts";
import { modes } from "../support/clients.ts";
import { startScripted } from "../support/scripted_server.ts";
import { request } from "../support/steps.ts";

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
