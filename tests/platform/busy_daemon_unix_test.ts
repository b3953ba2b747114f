/** A daemon that listens but accepts nobody: stopped, or overloaded. */
import { spawn } from "node:child_process";
import { connect, type Socket } from "node:net";
import process from "node:process";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Deadline, SystemCallError } from "../../core.ts";
import { fails } from "../faults/fault.ts";
import { runFixture, runtime, test } from "../harness.ts";
import { hasFfi, modes, startStopped } from "../support/clients.ts";
import { realTransport } from "../support/watched.ts";

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
      await using server = await startStopped();
      const { endpoint } = server;
      const sockets = await fill(endpoint);
      try {
        const began = performance.now();
        await fails(
          "timeout",
          () => mode.connect({ endpoint, connectTimeout: 200 }),
          "is stopped",
        );
        const took = performance.now() - began;
        assert(took >= 190, `${took} ms`);
        // By another process, because a synchronous client blocks this one.
        spawn("sh", ["-c", `sleep 0.3; kill -CONT ${server.pid}`]);
        const client = await mode.connect({ endpoint, connectTimeout: 20_000 });
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
    await using server = await startStopped();
    const sockets = await fill(server.endpoint);
    try {
      const deadline = new Deadline(60_000);
      // Were it blocked, the timer would not ring before the daemon was woken.
      spawn("sh", ["-c", `sleep 8; kill -CONT ${server.pid}`]).unref();
      const connecting = realTransport({ transport: "ffi" }).connect(server.endpoint, deadline);
      setTimeout(() => deadline.end(), 20);
      const error = await assertRejects(() => connecting, SystemCallError);
      assertEquals(error.code, "ETIMEDOUT");
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  },
  { skip: skip || !hasFfi, sanitize: false },
);

test(
  "[ffi] a write that nobody takes does not keep the process alive when its call is late",
  async () => {
    await using server = await startStopped();
    const { code, stdout, stderr } = await runFixture("lifetime", {
      args: [server.endpoint, "ffi", "pending write, late"],
    });
    assertEquals([code, stdout.trim()], [0, "late"], stderr);
  },
  { skip: skip || !hasFfi },
);
