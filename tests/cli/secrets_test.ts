import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "../harness.ts";
import { daemonWith, kca, posix, SERVICE, temporaryFolder } from "../support/kca.ts";

test("kca get prints all values or nothing", async () => {
  await using daemon = await daemonWith({ "p:A": "alpha", "p:B": "two\nlines", "E": "" });
  const get = (...args: string[]) => kca(daemon, ["get", ...args]);
  assertEquals((await get("p:A", "p:B", "E")).stdout, "alpha\ntwo\nlines\n\n");
  assertEquals((await get("p:A", "-n")).stdout, "alpha");
  assertEquals((await get("--prefix", "p:", "A")).stdout, "alpha\n");
  assertEquals(JSON.parse((await get("--prefix", "p:", "B", "A", "--json")).stdout), {
    B: "two\nlines",
    A: "alpha",
  });
  const missing = await get("p:A", "nope");
  assertEquals([missing.code, missing.stdout], [1, ""]);
  assertStringIncludes(missing.stderr, '"nope"');
  assertStringIncludes(missing.stderr, "\n  Type: kca set --service AgentSecrets nope\n");
  assert(!missing.stderr.includes("optional"), missing.stderr);
  assert(!missing.stderr.includes("alpha"));
});

test("kca get --out-file leaves a file that only its owner may read", async () => {
  await using daemon = await daemonWith({ A: "alpha" });
  using folder = temporaryFolder();
  const file = join(folder.path, "value");
  const get = (...args: string[]) => kca(daemon, ["get", ...args, "-n", "--out-file", file]);
  assertEquals([(await get("nope")).code, existsSync(file)], [1, false]);
  writeFileSync(file, "something longer that was there before", { mode: 0o644 });
  // On Windows it would be in the way.
  const older = posix ? openSync(file, "r") : undefined;
  const { code, stdout } = await get("A");
  assertEquals([code, stdout], [0, ""]);
  assertEquals(readFileSync(file, "utf8"), "alpha");
  // Whoever has the older file open sees nothing.
  if (older !== undefined) {
    assertEquals(readFileSync(older, "utf8"), "something longer that was there before");
    closeSync(older);
  }
  // On Windows it has the permissions of its folder.
  if (posix) assertEquals(statSync(file).mode & 0o777, 0o600);
  assertEquals(readdirSync(folder.path), ["value"]);
});

test("kca set reads stdin without exactly one final newline and prints no value", async () => {
  await using daemon = await daemonWith({});
  const set = (stdin: string, ...args: string[]) => kca(daemon, ["set", ...args], { stdin });
  const { code, stdout, stderr } = await set("s3cret\n\n", "NAME");
  assertEquals([code, stdout, stderr], [0, "NAME\n", ""]);
  assertEquals(daemon.secrets(SERVICE), { NAME: "s3cret\n" });
  await set("no newline", "NAME");
  assertEquals(daemon.secrets(SERVICE), { NAME: "no newline" });
  const empty = await set("\n", "NAME");
  assertEquals(empty.code, 2);
  assertEquals(daemon.secrets(SERVICE), { NAME: "no newline" });
  assertEquals((await set("", "NAME", "--allow-empty")).code, 0);
  assertEquals(daemon.secrets(SERVICE), { NAME: "" });
});

test("kca set never takes a value from its arguments without a warning", async () => {
  await using daemon = await daemonWith({});
  const extra = await kca(daemon, ["set", "NAME", "s3cret"]);
  assertEquals(extra.code, 2);
  assert(!extra.stderr.includes("s3cret"), extra.stderr);
  assertEquals(daemon.secrets(SERVICE), {});
  const given = await kca(daemon, ["set", "NAME", "--value", "s3cret"]);
  assertEquals([given.code, given.stdout], [0, "NAME\n"]);
  assertStringIncludes(given.stderr, "Warning");
  assert(!given.stderr.includes("s3cret"));
  assertEquals(daemon.secrets(SERVICE), { NAME: "s3cret" });
});

test("kca set --file stores dotenv and JSON files, and refuses what is neither", async () => {
  await using daemon = await daemonWith({});
  using folder = temporaryFolder();
  const write = (name: string, text: string): string => {
    const path = join(folder.path, name);
    writeFileSync(path, text);
    return path;
  };
  const env = write(".env", "A=1\nexport B='two words'\nC=\"x\\ny\"\n# no\n");
  const set = await kca(daemon, ["set", "--file", env, "--prefix", "p:"]);
  assertEquals([set.code, set.stdout], [0, "p:A\np:B\np:C\n"]);
  assertEquals(daemon.secrets(SERVICE), { "p:A": "1", "p:B": "two words", "p:C": "x\ny" });
  const json = write("a.json", '{"D": "$x", "E": ""}');
  assertEquals((await kca(daemon, ["set", "--file", json])).code, 0);
  assertEquals(daemon.secrets(SERVICE).D, "$x");
  for (const bad of ['{"D": "leaked", "N": 5}', '{"D": "leaked"', '["leaked"]']) {
    const { code, stderr } = await kca(daemon, ["set", "--file", write("b.json", bad)]);
    assertEquals(code, 2);
    assert(!stderr.includes("leaked"), stderr);
  }
  assertEquals(daemon.secrets(SERVICE).D, "$x");
});

test("kca set --file writes batches of any size", async () => {
  await using daemon = await daemonWith({});
  using folder = temporaryFolder();
  const path = join(folder.path, "many.json");
  const entries = Array.from({ length: 105 }, (_, index) => [`N${index}`, `v${index}`]);
  writeFileSync(path, JSON.stringify(Object.fromEntries(entries)));
  const { code, stdout, stderr } = await kca(daemon, ["set", "--file", path]);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdout.split("\n").length, 106);
  assertEquals(daemon.secrets(SERVICE), Object.fromEntries(entries));
  // A failure half way is told as one.
  using _ = daemon.fail("denied", { target: "N45" });
  const partly = await kca(daemon, ["set", "--file", path]);
  assertEquals([partly.code, partly.stdout.split("\n").length], [5, 41]);
  assertStringIncludes(partly.stderr, 'Of 105, the first 40 were set, and some of these: "N40", ');
});

test("kca set stores nothing when something in a file is too large", async () => {
  await using daemon = await daemonWith({});
  using folder = temporaryFolder();
  const path = join(folder.path, "large.json");
  const entries = Array.from({ length: 50 }, (_, index) => [`N${index}`, `v${index}`]);
  const write = (last: string): void =>
    writeFileSync(path, JSON.stringify(Object.fromEntries([...entries, ["LAST", last]])));
  for (const last of ["x".repeat(66_000), "\ud800"]) {
    write(last);
    const { code, stdout, stderr } = await kca(daemon, ["set", "--file", path]);
    assert(code === 2 || code === 5, stderr);
    assertEquals(stdout, "");
    assertStringIncludes(stderr, '"LAST"');
    assertEquals(daemon.secrets(SERVICE), {});
  }
});

test("kca list prints sorted names", async () => {
  await using daemon = await daemonWith({ "p:B": "1", "p:A": "2", q: "3" });
  assertEquals((await kca(daemon, ["list"])).stdout, "p:A\np:B\nq\n");
  assertEquals((await kca(daemon, ["list", "p:"])).stdout, "p:A\np:B\n");
  assertEquals(JSON.parse((await kca(daemon, ["list", "--json", "zz"])).stdout), []);
});

test("kca delete says what was deleted and what was missing, and needs -y in a pipe", async () => {
  await using daemon = await daemonWith({ "p:A": "1", "p:B": "2", q: "3", r: "4" });
  const asked = await kca(daemon, ["delete", "q"]);
  assertEquals([asked.code, asked.stdout], [2, ""]);
  assertEquals(Object.keys(daemon.secrets(SERVICE)).length, 4);
  const some = await kca(daemon, ["delete", "-y", "q", "nope"]);
  assertEquals([some.code, some.stdout], [1, "q\n"]);
  assertStringIncludes(some.stderr, 'Missing: "nope"');
  const prefix = await kca(daemon, ["delete", "--prefix", "p:", "--yes", "--json"]);
  assertEquals(JSON.parse(prefix.stdout), { deleted: ["p:A", "p:B"], missing: [] });
  assertEquals(prefix.code, 0);
  assertEquals(daemon.secrets(SERVICE), { r: "4" });
  assertEquals((await kca(daemon, ["delete", "-y"])).code, 2);
});
