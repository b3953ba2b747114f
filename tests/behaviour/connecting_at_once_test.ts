/** Many clients that connect at once leave the event loop its turns. */
import { assert, assertEquals } from "@std/assert";
import type { KeychainClient } from "../../mod.ts";
import { patience, test } from "../harness.ts";
import { modes, startDaemonFor } from "../support/clients.ts";

const CLIENTS = 200;
const connectTimeout = 100_000 * patience;

for (const mode of modes.filter(({ sync }) => !sync)) {
  test(`[${mode.name}] timers end while ${CLIENTS} clients connect at once`, async () => {
    // In a process of its own, so that the turns are not those of the daemon.
    await using daemon = await startDaemonFor({ ...mode, sync: true });
    const { endpoint } = daemon;
    const clients: Promise<KeychainClient>[] = [];
    let connected = 0;
    /** How many clients were connected when each timer ended. */
    const seen: number[] = [];
    let done = false;
    const tick = (): void => {
      seen.push(connected);
      if (!done) setTimeout(tick, 0);
    };
    setTimeout(tick, 0);
    for (let count = 0; count < CLIENTS; count++) {
      const client = mode.connect({ endpoint, connectTimeout }) as Promise<KeychainClient>;
      clients.push(client);
      void client.then(() => connected++, () => {});
    }
    const open = await Promise.all(clients);
    done = true;
    const between = seen.filter((count) => count < CLIENTS);
    assert(between.length >= 3, `timers ended at ${seen} of ${CLIENTS}`);
    assertEquals(open.length, CLIENTS);
    for (const client of open) await client.close();
  }, { timeout: 120_000 });
}
