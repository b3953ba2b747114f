/** docs/shown-nowhere.md: no way shows a value but those that it names. */
import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { assert, assertEquals } from "@std/assert";
import { startDaemon } from "../../testing/mod.ts";
import { Secret } from "../../mod.ts";
import { redactObject } from "../../src/client/redact_object.ts";
import { repoPath, runFixture, runtime, test } from "../harness.ts";

const TOKEN = "SECRET-CANARY";
const PORT = "424242";
const PLAIN = ["what `load()` gives", "what `loadProject()` gives"];

/** What the page says: whether a way shows values of `Secret`s and the like, and of plain objects. */
function pageRows(): Map<string, readonly [secrets: string, plain: string]> {
  const page = readFileSync(repoPath("docs", "shown-nowhere.md"), "utf8");
  const rows = page.matchAll(/^\| (.*?) +\| (no value|\*\*values\*\*) +\| (\S.*?) +\|$/gm);
  return new Map([...rows].map(([, way, secrets, plain]) => [way!, [secrets!, plain!]]));
}

for (const library of ["jest", "vitest"]) {
  test(`the page lists the ways that show values, ${library}`, async () => {
    await using daemon = await startDaemon({ secrets: { S: { TOKEN, PORT } } });
    const { code, stdout, stderr } = await runFixture("shown_ways", {
      args: [daemon.endpoint, library],
      env: { KEYCHAIN_AUTH_SOCKET: daemon.endpoint, KCA_SOURCE: undefined },
      timeout: 60_000,
    });
    assertEquals(code, 0, stderr);
    assert(!stderr.includes(TOKEN) && !stderr.includes(PORT), "stderr shows a value");
    const rows = pageRows();
    const parts = stdout.replaceAll("\r\n", "\n").split(/^== (.*) == (.*) ==$/m).slice(1);
    const things = new Set<string>();
    const ways = new Set<string>();
    for (let at = 0; at + 3 < parts.length; at += 3) {
      const [thing, way, text] = parts.slice(at) as [string, string, string];
      things.add(thing);
      ways.add(way);
      assert(!text.includes("nothing was thrown"), `${way} of ${thing}`);
      const shows = text.includes(TOKEN) || text.includes(PORT);
      const said = rows.get(way)?.[PLAIN.includes(thing) ? 1 : 0];
      assertEquals(shows ? "**values**" : "no value", said, `${way} of ${thing}`);
    }
    assertEquals([things.size, ways.size, parts.at(-3)], [8, 19, "done"]);
  }, { timeout: 120_000 });
}

test("a failed expectation of Bun shows no value", async () => {
  const { expect } = await import("bun:test" as string);
  const secret = new Secret(TOKEN);
  for (const value of [secret, new Map([["A", secret]]), redactObject({ token: TOKEN })]) {
    for (const check of ["toEqual", "toStrictEqual", "toMatchObject", "toBe", "toContain"]) {
      let message = "";
      try {
        expect([value])[check]([{ token: "another" }]);
      } catch (error) {
        message = `${(error as Error).message} ${inspect(error)}`;
      }
      assert(message !== "" && !message.includes(TOKEN), `${check}: ${message}`);
    }
  }
}, { skip: runtime !== "bun" });

test("the properties of a loaded object keep their values", () => {
  const object = redactObject({ a: "1", b: undefined });
  assertEquals([object.a, "b" in object, Object.keys(object)], ["1", true, ["a", "b"]]);
  assertEquals({ ...object }, { a: "1", b: undefined });
  assertEquals(object, { a: "1", b: undefined });
  const { a } = object;
  assertEquals(a, "1");
});

test("a program's own functions called table read the values of a loaded object", () => {
  const config = redactObject({ a: "1" });
  function table(object: { a: string }): string {
    return object.a;
  }
  const console = { table };
  const viaGlobal = globalThis as unknown as { console: { table: typeof table } };
  const { table: before } = viaGlobal.console;
  viaGlobal.console.table = (object) => object.a;
  try {
    assertEquals([table(config), console.table(config)], ["1", "1"]);
    assertEquals(viaGlobal.console.table(config), "1");
  } finally {
    viaGlobal.console.table = before;
  }
});
