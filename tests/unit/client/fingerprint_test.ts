import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { fingerprint } from "../../../src/client/fingerprint.ts";
import { fixtureCommand, root, runCommand, runFixture, runtime, test } from "../../harness.ts";

test("fingerprint is the same for the same text, and another for every other text", () => {
  const texts = ["", "\0", "\0\0", "a", "b", "ab", "ba", "abc", "ab\0", "é", "e", "\ud83d\ude00"];
  const long = "x".repeat(1_000);
  for (let at = 0; at < long.length; at += 37) {
    texts.push(long.slice(0, at + 3), long.slice(0, at) + "y" + long.slice(at + 1));
  }
  const seen = new Map<number, string>();
  for (const text of texts) {
    const print = fingerprint(text);
    assert(Number.isSafeInteger(print));
    assertEquals(fingerprint(text), print);
    assertEquals(seen.get(print), undefined, text);
    seen.set(print, text);
  }
});

test("fingerprint has a different key in each process", async () => {
  const options = { args: ["value"] };
  const [first, second] = await Promise.all([
    runFixture("fingerprint", options),
    runFixture("fingerprint", options),
  ]);
  assert(Number.isSafeInteger(JSON.parse(first.stdout)), first.stderr);
  assertNotEquals(first.stdout, second.stdout);
});

test("fingerprint works under the permission model of Node", async () => {
  const [node, ...args] = fixtureCommand("fingerprint", { args: ["value"] });
  const { stdout, stderr } = await runCommand([
    ...[node!, "--permission", `--allow-fs-read=${root}`, "--allow-worker"],
    ...args,
  ]);
  assert(Number.isSafeInteger(JSON.parse(stdout || "null")), stderr);
}, { skip: runtime !== "node" });
