/** A daemon that listens but accepts nobody: stopped, or overloaded. */
import { connect, type Socket } from "node:net";
import process from "node:process";
import { assert, assertEquals } from "@std/assert";
import { fails } from "../faults/fault.ts";
import { runtime, test } from "../harness.ts";
import { modes, startProcess } from "../support/clients.ts";

/** Fills the queue of connections that nobody accepts. Bun makes one for 512. */
async function fill(endpoint: string): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let index = 0; index < 1_100; index++) {
    const socket = connect(endpoint);
    sockets.push(socket);
    const taken = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    if (!taken) return sockets;
  }
  return sockets;
}

// macOS refuses at once where Linux waits; a pipe has no queue.
const skip = process.platform !== "linux";

for (const mode of modes) {
  // Bun's node:net says ECONNREFUSED, as of a socket that nobody listens on.
  if (runtime === "bun" && mode.transport === "node") continue;
  test(
    `[${mode.name}] connect() waits for a daemon whose queue is full, as long as it may`,
    async () => {
      await using server = await startProcess("busy_server", ["1200"]);
      const { endpoint } = server;
      const sockets = await fill(endpoint);
      try {
        const began = performance.now();
        await fails(
          "timeout",
          () => mode.connect({ endpoint, connectTimeout: 200 }),
          "takes no connection",
        );
        const took = performance.now() - began;
        assert(took >= 190 && took < 900, `${took} ms`);
        const client = await mode.connect({ endpoint, connectTimeout: 10_000 });
        assertEquals(await client.service("S").get("A"), "value");
        await client.close();
      } finally {
        for (const socket of sockets) socket.destroy();
      }
    },
    { skip, sanitize: false },
  );
}
