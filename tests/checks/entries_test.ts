/** Each entry is its own: a script pays for none that it does not import. */
import { assert, assertEquals } from "@std/assert";
import { relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { repoPath, test } from "../harness.ts";
import { mustRun } from "../launcher/process.ts";

/** What can be reached from a module, also by an import that waits for a call. */
async function reachedFrom(entry: string): Promise<string[]> {
  const output = await mustRun([process.execPath, "info", "--json", repoPath(entry)]);
  const { modules } = JSON.parse(output) as { modules: { specifier: string }[] };
  return modules.map(({ specifier }) => specifier)
    .filter((specifier) => specifier.startsWith("file:"))
    .map((specifier) => relative(repoPath(), fileURLToPath(specifier)).replaceAll("\\", "/"));
}

test("a script that imports the client loads none of the other entries", async () => {
  const reached = await reachedFrom("mod.ts");
  assert(reached.includes("connect/connect.ts"));
  const others =
    /^(testing|conformance|keytar|bun_secrets|drop_in|project|cli)\/|^(sync|core|env)\.ts$/;
  assertEquals(reached.filter((file) => others.test(file)), []);
});

test("the drop-in entries load neither each other nor a daemon nor the command", async () => {
  for (const [entry, other] of [["keytar", "bun_secrets"], ["bun_secrets", "keytar"]]) {
    const reached = await reachedFrom(`${entry}/mod.ts`);
    assert(reached.includes("drop_in/shared_client.ts"));
    const foreign = new RegExp(`^(testing|cli|${other})/`);
    assertEquals(reached.filter((file) => foreign.test(file)), []);
  }
});
