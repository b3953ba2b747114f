/** Signals that arrive while a synchronous client holds up the thread. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { assert } from "@std/assert";
import { connectSync } from "../../sync.ts";
import { fails } from "../faults/fault.ts";
import { test } from "../harness.ts";
import { hasFfi, startStopped } from "../support/clients.ts";

test("a synchronous timeout is kept while signals arrive all the time", async () => {
  await using server = await startStopped();
  const ignore = (): void => {};
  process.on("SIGWINCH", ignore);
  const signals = `while kill -WINCH ${process.pid}; do sleep 0.03; done`;
  const child = spawn("sh", ["-c", signals], { stdio: "ignore" });
  const client = connectSync({ endpoint: server.endpoint });
  try {
    const began = performance.now();
    await fails("timeout", () => client.service("S").get("A", { timeout: 500 }));
    const took = performance.now() - began;
    assert(took >= 490 && took < 15_000, `${took} ms`);
  } finally {
    client.close();
    child.kill();
    await once(child, "exit");
    process.off("SIGWINCH", ignore);
  }
}, { skip: !hasFfi });
