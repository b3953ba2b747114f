/** What is left of a value in the memory of a process that has closed its client. Linux only. */
import { assertEquals } from "@std/assert";
import { randomUUID } from "node:crypto";
import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { startDaemon } from "../../testing/mod.ts";
import { fixtureCommand, runtime, test } from "../harness.ts";
import { modes } from "../support/clients.ts";
import { countInMemory } from "../support/process_memory.ts";

const GC = { deno: ["--v8-flags=--expose-gc"], bun: [], node: ["--expose-gc"] };

for (const { name, transport, sync } of modes) {
  // Bun's node:net keeps buffers of its own, which nobody else can overwrite.
  const kept = runtime === "bun" && transport === "node";
  test(
    `[${name}] no bytes of a reply are left in memory after close()`,
    async () => {
      const value = `value-${randomUUID()}`;
      await using daemon = await startDaemon({ secrets: { S: { A: value } } });
      const args = [sync ? "sync" : transport, daemon.endpoint];
      const [command, ...words] = fixtureCommand("memory_victim", { args, flags: GC[runtime] });
      const victim = spawn(command!, words, { stdio: ["pipe", "pipe", "inherit"] });
      try {
        await once(victim.stdout, "data");
        assertEquals(daemon.secrets("S").B, `w-${value}`);
        // A text that was decoded has lost its line feed, so this is found in bytes only.
        const [bytes, control] = countInMemory(victim.pid!, [
          `{"target":"A","value":"${value}"}]}\n`,
          daemon.endpoint,
        ]);
        assertEquals(control! > 0, true, "nothing at all is found");
        assertEquals(bytes, 0);
      } finally {
        victim.stdin.end();
        await once(victim, "exit");
      }
    },
    { skip: process.platform !== "linux" || kept, timeout: 120_000 },
  );
}
