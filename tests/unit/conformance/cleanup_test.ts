/** Deleting what a run has written, from daemons that do not let it. */
import { assertEquals } from "@std/assert";
import { Bench } from "../../../conformance/bench.ts";
import { cleanUp } from "../../../conformance/cleanup.ts";
import { test } from "../../harness.ts";
import { type Asked, keychain } from "../../support/keychain.ts";
import { found, INT, OK, SNA } from "../../support/replies.ts";
import { until } from "../../support/raw_client.ts";
import { absentEndpoint, startScripted } from "../../support/scripted_server.ts";

const ROOT = "kit:";

/** A keychain that leaves out a list without results, as daemons do. */
function stored(secrets: Record<string, string>): (asked: Asked) => string {
  const answer = keychain(secrets);
  return (asked) => answer(asked).replace(',"results":[]', "");
}

/** The bench of a run that has written these names to the service S. */
function benchAt(endpoint: string, written: readonly string[]): Bench {
  const settings = {
    endpoint,
    timeout: 10_000,
    idleTimeout: 1,
    maxConnections: 1,
    signal: undefined,
  };
  const names = { prefix: ROOT, service: "S", unlisted: "U" };
  const bench = new Bench(settings, names, undefined as never);
  for (const name of written) bench.written.add(name);
  return bench;
}

/** Cleans up behind names that were written. @returns What is left, and what was asked. */
async function clean(
  written: readonly string[],
  answer: (asked: Asked) => string,
  services: readonly string[] = ["S"],
): Promise<{ left: string[]; asked: string[]; connections: number }> {
  const asked: string[] = [];
  await using server = await startScripted([async (peer) => {
    for (;;) {
      const request = await peer.request().catch(() => undefined) as Asked | undefined;
      if (request === undefined) return;
      asked.push(`${request.service} ${request.action} ${request.targets}`);
      await peer.send(`${answer(request)}\n`);
    }
  }]);
  const bench = benchAt(server.endpoint, written);
  const left = await cleanUp(bench, services);
  // It closes its connection.
  await until("it is closed", () => server.openConnections === 0);
  return { left, asked, connections: server.connections };
}

test("a run that has written nothing deletes nothing", async () => {
  assertEquals((await clean([], () => OK)).connections, 0);
});

test("what was written is deleted by its prefix, and what others have stays", async () => {
  const answer = stored({ "kit:a": "1", theirs: "2" });
  const { left, asked } = await clean(["kit:a", "kit:b"], answer);
  assertEquals([left, asked], [[], ["S delete kit:", "S search kit:"]]);
  const rest = answer({ action: "search", service: "S", targets: [] });
  assertEquals(rest, found('{"target":"theirs"}'));
});

test("where a prefix may not be deleted, each name is deleted by itself, in every service", async () => {
  const answer = stored({ "kit:a": "1", "kit:b": "2" });
  const { left, asked } = await clean(
    ["kit:a", "kit:gone", "kit:b"],
    (request) => request.match === "prefix" ? SNA : answer(request),
    ["S", "T"],
  );
  assertEquals(left, []);
  assertEquals(asked.filter((request) => request.startsWith("S delete")), [
    "S delete kit:",
    "S delete kit:a",
    "S delete kit:gone",
    "S delete kit:b",
  ]);
  assertEquals(asked.at(-1), "T search kit:");
});

test("what the daemon still lists is left behind, and else what it did not delete", async () => {
  const listing = found('{"target":"kit:a"},{"target":"theirs"}');
  for (
    const [search, remove, left] of [
      // A search tells best.
      [listing, INT, ["kit:a"]],
      [listing, "?", ["kit:a"]],
      [OK, "?", []],
      // Where none is allowed, or it is not understood, the replies to the deletes count.
      [SNA, "?", ["kit:a", "kit:b"]],
      ["{", "?", ["kit:a", "kit:b"]],
      [SNA, INT, []],
      [SNA, OK, []],
      [SNA, SNA, []],
    ] as [string, string, string[]][]
  ) {
    const answer = ({ action }: Asked): string => action === "search" ? search : remove;
    assertEquals((await clean(["kit:a", "kit:b"], answer)).left, left, `${search} ${remove}`);
  }
});

test("everything counts as left behind when the daemon cannot be reached any more", async () => {
  await using nowhere = await absentEndpoint();
  const bench = benchAt(nowhere.endpoint, ["kit:a", "kit:b"]);
  assertEquals(await cleanUp(bench, ["S"]), ["kit:a", "kit:b"]);
});
