/** A marked value goes every way that there is; nothing that a program shows may hold it. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { startDaemon } from "../../testing/mod.ts";
import { CANARY, gives, INT, line, SNA } from "../faults/fault.ts";
import { runFixture, test } from "../harness.ts";
import { modes } from "../support/clients.ts";
import type { ScriptedPeer } from "../support/scripted_peer.ts";
import { startScripted, type Step } from "../support/scripted_server.ts";

/** What the server does with each request, after the first was read. */
const paths: Record<string, (peer: ScriptedPeer, request: Record<string, unknown>) => unknown> = {
  "close instead": (peer) => peer.end(),
  "close inside a reply": async (peer) => {
    await peer.send(gives({ A: `${CANARY}-half` }).slice(0, -9));
    await peer.end();
  },
  "echo it as JSON that is none": (peer, request) => peer.send(`${JSON.stringify(request)}x\n`),
  "echo it as a reply": (peer, request) => peer.send(line(request)),
  "give it under another name": (peer) => peer.send(gives({ other: `${CANARY}-other` })),
  "give it as a status": (peer) => peer.send(line({ status: `${CANARY}-status` })),
  "give it in a list that is none": (peer) => peer.send(line({ results: [`${CANARY}-list`] })),
  "give too much of it": (peer) => peer.send(`"${CANARY}${"x".repeat(200_000)}`),
  "fail": (peer) => peer.send(INT),
  "deny": (peer) => peer.send(SNA),
  "say nothing": () => {},
  "write but never read": (peer, { action }) => peer.send(action === "write" ? INT : SNA),
  "crash": (peer) => peer.send(INT),
};

for (const mode of modes) {
  test(`[${mode.name}] a value shows nowhere when all goes well`, async () => {
    await using daemon = await startDaemon();
    const { stdout, stderr } = await show(daemon.endpoint, mode.name, "well");
    assertMatch(stdout, /read gave Map.*2.*\{[^]*\[redacted\]/);
    assertMatch(stdout, /large write failed with/);
    assertMatch(stderr, /keychain-auth: connected to/);
  });

  for (const [path, act] of Object.entries(paths)) {
    test(`[${mode.name}] a value shows nowhere when the server does: ${path}`, async () => {
      const script: Step = async (peer) => {
        for (;;) await act(peer, await peer.request());
      };
      await using server = await startScripted([script]);
      const { stdout, stderr, code } = await show(server.endpoint, mode.name, path);
      assertMatch(stdout, /write failed with/);
      assertEquals(code === 0, path !== "crash", stderr);
      assert(path === "deny" || server.lines.some((line) => line.includes(CANARY)), "It was sent");
    });
  }
}

test("a value that a program reveals is found by the search of these tests", async () => {
  await using daemon = await startDaemon();
  const { stdout } = await runFixture("canary", { args: [daemon.endpoint, "node", "reveal"] });
  assert(stdout.includes(`${CANARY}-reveal-value`));
});

async function show(endpoint: string, mode: string, path: string) {
  const result = await runFixture("canary", {
    args: [endpoint, mode, path],
    env: { KEYCHAIN_AUTH_DEBUG: "1" },
    timeout: 25_000,
  });
  const { stdout, stderr } = result;
  assert(stdout.includes("shown"), stderr);
  for (const [name, text] of Object.entries({ stdout, stderr })) {
    const at = text.indexOf(CANARY);
    assertEquals(at, -1, `${name} shows a value: ${text.slice(Math.max(0, at - 300), at + 40)}`);
  }
  return result;
}
