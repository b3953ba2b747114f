/** Connections that nobody closes: of collected clients, of workers that ended, and idle ones. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { assertEquals } from "@std/assert";
import { startDaemon, type TestDaemon } from "../../testing/mod.ts";
import { execPath, repoPath, runFixture, runtime, test } from "../harness.ts";
import { atAnyPace } from "../support/any_pace.ts";
import { modes, startDaemonFor } from "../support/clients.ts";
import { sleep } from "../support/raw_client.ts";

const SECRETS = { S: { A: "1" } };

/** Waits as long as a machine with much other work may need. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(20);
}

/** Runs a fixture that goes on until something holds. @returns What it printed. */
async function whileItRuns(
  name: string,
  daemon: TestDaemon,
  transport: string,
  holds: () => boolean,
  flags: string[] = [],
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "kca-abandoned-"));
  try {
    const file = join(folder, "go on");
    const args = [daemon.endpoint, transport, file];
    const running = runFixture(name, { args, flags, timeout: 110_000 });
    await until(holds);
    writeFileSync(file, "");
    const { stdout, stderr } = await running;
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Sockets that this process has open. */
function sockets(): number {
  const folder = "/proc/self/fd";
  return readdirSync(folder).filter((name) => {
    try {
      return readlinkSync(join(folder, name)).startsWith("socket:");
    } catch {
      return false; // the folder's own
    }
  }).length;
}

const linux = process.platform === "linux";
const exposed = {
  deno: ["--v8-flags=--expose-gc"],
  node: ["--expose-gc"],
  bun: [],
}[runtime];

for (const mode of modes) {
  const { name, sync } = mode;
  const transport = sync ? "sync" : mode.transport;

  test(`[${name}] garbage-collected clients have closed their connections`, async () => {
    await using daemon = await startDaemon({ secrets: SECRETS });
    const collected = () => daemon.connections === 11 && daemon.openConnections === 1;
    const printed = await whileItRuns("collected", daemon, transport, collected, exposed);
    assertEquals([printed, daemon.connections], ["1\n", 11]);
  }, { timeout: 120_000 });

  test(`[${name}] a closed client frees its buffer before the next check`, async () => {
    await using daemon = await startDaemon({ secrets: SECRETS });
    const { stdout } = await runFixture("closed_memory", {
      args: [daemon.endpoint, transport],
      flags: exposed,
    });
    assertEquals(stdout, "collected\n");
  });

  test(`[${name}] workers that end leave no connection`, async () => {
    await using daemon = await startDaemon({ secrets: SECRETS });
    const ended = () => daemon.connections === 3 && daemon.openConnections === 0;
    const printed = await whileItRuns("terminate_worker", daemon, transport, ended);
    assertEquals(printed, "terminated 1\nterminated 1\nexits 1\n");
  }, { timeout: 120_000 });

  test(
    `[${name}] a descriptor is given back when the daemon has closed, without a call`,
    () =>
      atAnyPace(async (scale) => {
        const options = { secrets: SECRETS, idleTimeout: 300 * scale };
        await using daemon = await startDaemonFor({ ...mode, sync: true }, options);
        const before = sockets();
        const client = await mode.connect({ endpoint: daemon.endpoint });
        const get = async () => await client.service("S").get("A");
        try {
          for (const when of ["first", "then"]) {
            const value = await get().catch(({ code }) => code);
            if (value === "connection_lost") return "nothing was sent in 300 ms";
            assertEquals(value, "1", when);
            await until(() => sockets() === before);
          }
        } finally {
          await client.close();
        }
      }),
    { skip: !linux, timeout: 120_000 },
  );
}

test("bun --hot leaves no connection of a replaced module", async () => {
  await using daemon = await startDaemon({ secrets: SECRETS });
  const folder = mkdtempSync(join(tmpdir(), "kca-hot-"));
  const script = join(folder, "hot.ts");
  const write = (round: number) =>
    writeFileSync(
      script,
      `import { connect } from ${JSON.stringify(repoPath("mod.ts"))};
const client = await connect({ endpoint: ${JSON.stringify(daemon.endpoint)} });
await client.service("S").get("A");
clearInterval(globalThis.timer);
globalThis.timer = setInterval(() => Bun.gc(true), 50);
// ${round}`,
    );
  write(0);
  const child = spawn(execPath, ["--hot", script], { stdio: "ignore" });
  try {
    await until(() => daemon.connections > 0);
    // Bun may miss a change that comes while it loads a module, so the change is made again.
    for (let round = 1; daemon.connections < 6; round++) {
      const { connections } = daemon;
      write(round);
      await Promise.race([until(() => daemon.connections > connections), sleep(3_000)]);
    }
    await until(() => daemon.openConnections <= 1);
  } finally {
    child.kill();
    rmSync(folder, { recursive: true });
  }
}, { skip: runtime !== "bun", timeout: 120_000 });
