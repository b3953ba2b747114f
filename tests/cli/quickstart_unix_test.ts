/** The quickstart against a daemon that is somebody's own. */
import { assert, assertEquals } from "@std/assert";
import { spawn } from "node:child_process";
import process from "node:process";
import { execPath, repoPath, runtime, test } from "../harness.ts";
import { OK } from "../support/replies.ts";
import { startScripted } from "../support/scripted_server.ts";

test("examples/quickstart.ts removes what it wrote after Ctrl-C, too", async () => {
  const written: string[] = [];
  const deleted: string[] = [];
  let interrupt: () => void = () => {};
  await using server = await startScripted([async (peer) => {
    for (let unanswered = 0;;) {
      const { action, targets } = await peer.request();
      unanswered++;
      if (action === "write") written.push(...targets as string[]);
      if (action === "delete") deleted.push(...targets as string[]);
      // The read waits until the removal has come behind it.
      if (action === "read") interrupt();
      else for (; unanswered > 0; unanswered--) await peer.send(`${OK}\n`);
    }
  }]);
  const flags = runtime === "deno" ? ["run", "--no-prompt", "-A"] : [];
  const child = spawn(execPath, [...flags, repoPath("examples", "quickstart.ts")], {
    env: { ...process.env, KEYCHAIN_AUTH_SOCKET: server.endpoint, KEYCHAIN_AUTH_SERVICE: "S" },
    stdio: "ignore",
  });
  interrupt = () => process.kill(child.pid!, "SIGINT");
  const code = await new Promise((resolve) => child.once("exit", resolve));
  assertEquals([code, written.length], [130, 3]);
  for (const name of written) assert(deleted.includes(name), `${name} was left behind`);
}, { skip: runtime === "node" });
