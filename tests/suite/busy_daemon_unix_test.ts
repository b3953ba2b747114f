/** A daemon that listens but accepts nobody: stopped, or overloaded. */
import { connect, type Socket } from "node:net";
import process from "node:process";
import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { Deadline, SystemCallError } from "../../core.ts";
import { ffiTransport } from "../../connect/choose_transport.ts";
import { fails } from "../faults/fault.ts";
import { runFixture, runtime, test } from "../harness.ts";
import { hasFfi, modes, startProcess } from "../support/clients.ts";

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
          "does not accept connections",
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

test(
  "[ffi] a try to connect to a daemon whose queue is full does not hold up the event loop",
  async () => {
    await using server = await startProcess("busy_server", ["1500"]);
    const transport = (await ffiTransport())!;
    // Keeps libc loaded, which takes a time of its own.
    const first = await transport.connect(server.endpoint, new Deadline(1_000));
    const sockets = await fill(server.endpoint);
    try {
      const held: number[] = [];
      for (let index = 0; index < 5; index++) {
        const began = performance.now();
        const connecting = transport.connect(server.endpoint, new Deadline(1));
        held.push(performance.now() - began);
        const error = await assertRejects(() => connecting, SystemCallError);
        assertEquals(error.code, "ETIMEDOUT");
      }
      // The best of five, because the machine has other work to do.
      assertLess(Math.min(...held), 1);
    } finally {
      first.close();
      for (const socket of sockets) socket.destroy();
    }
  },
  { skip: skip || !hasFfi, sanitize: false },
);

test(
  "[ffi] a write that nobody takes does not keep the process alive when its call is late",
  async () => {
    await using server = await startProcess("busy_server", ["2500"]);
    const { code, stdout, stderr } = await runFixture("lifetime", {
      args: [server.endpoint, "ffi", "pending write, late"],
    });
    assertEquals([code, stdout.trim()], [0, "late, ended"], stderr);
  },
  { skip: skip || !hasFfi },
);
