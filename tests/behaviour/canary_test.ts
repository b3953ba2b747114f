/** A marked value goes every way that there is; nothing that a program shows may hold it. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { startDaemon } from "../../testing/mod.ts";
import { CANARY } from "../faults/fault.ts";
import { ServerProcess } from "../support/server_process.ts";
import { runFixture, test } from "../harness.ts";
import { canaryPaths } from "../support/canary_paths.ts";
import { modes } from "../support/clients.ts";

let server: ServerProcess | undefined;

for (const mode of modes) {
  test(`[${mode.name}] a value shows nowhere when nothing fails`, async () => {
    await using daemon = await startDaemon();
    const { stdout, stderr } = await show(daemon.endpoint, mode.name, "well");
    assertMatch(stdout, /read gave Map.*2.*\{[^]*\[redacted\]/);
    assertMatch(stdout, /large write failed with/);
    assertMatch(stderr, /keychain-auth: connected to/);
  });

  for (const path of canaryPaths.keys()) {
    test(`[${mode.name}] a value shows nowhere when the server does: ${path}`, async () => {
      // One process for all cases of this file.
      server ??= new ServerProcess();
      const { id, endpoint } = await server.start(path);
      const { stdout, stderr, code } = await show(endpoint, mode.name, path);
      const { requests } = await server.seen(id);
      await server.ask(id, "forget");
      assertMatch(stdout, /write failed with/);
      assertEquals(code === 0, path !== "crash", stderr);
      assert(path === "deny" || JSON.stringify(requests).includes(CANARY), "It was sent");
    }, { sanitize: false });
  }
}

test("the server of the marked values ends", async () => {
  await server?.[Symbol.asyncDispose]();
}, { sanitize: false });

test("a value that a program reveals is found by the search of these tests", async () => {
  await using daemon = await startDaemon();
  const { stdout } = await runFixture("canary", { args: [daemon.endpoint, "node", "reveal"] });
  assert(stdout.includes(`${CANARY}-reveal-value`));
});

async function show(endpoint: string, mode: string, path: string) {
  const result = await runFixture("canary", {
    args: [endpoint, mode, path],
    env: { KEYCHAIN_AUTH_DEBUG: "1" },
  });
  const { stdout, stderr } = result;
  assert(stdout.includes("shown"), stderr);
  for (const [name, text] of Object.entries({ stdout, stderr })) {
    const at = text.indexOf(CANARY);
    assertEquals(at, -1, `${name} shows a value: ${text.slice(Math.max(0, at - 300), at + 40)}`);
  }
  return result;
}
