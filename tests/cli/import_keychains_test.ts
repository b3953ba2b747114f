/** `kca import --from`: keychains that other code reads, here played by a package of that name. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { mkdirSync } from "node:fs";
import { runtime, test } from "../harness.ts";
import { daemonWith, SERVICE } from "../support/kca.ts";
import { envFolder } from "../support/env_folder.ts";

/** Each starts the command many times, which takes minutes on a machine with nothing to spare. */
const MANY_STARTS = { timeout: 180_000 };

test("kca import --from keytar reads the accounts of a service and deletes nothing", async () => {
  await using daemon = await daemonWith({});
  using at = envFolder(daemon);
  const absent = await at.run("import", "--from", "keytar", "old", "-y");
  assertEquals(absent.code, 2);
  assertStringIncludes(absent.stderr, "The package keytar cannot be loaded from this folder");
  mkdirSync(at.at("node_modules", "keytar"), { recursive: true });
  at.write(
    "node_modules/keytar/index.js",
    `exports.findCredentials = async (service) => service === "old"
       ? [{ account: "API_KEY", password: "s3cret" }, { account: "a b", password: "other" }] : [];`,
  );
  const from = (...args: string[]) => at.run("import", "--from", "keytar", ...args, "-y");
  assertEquals((await from("none")).code, 1);
  assertEquals((await from("old", "nobody")).code, 1);
  assertEquals((await from("old", "--map", "X=nobody")).code, 1);
  const twice = await from("old", "--map", "API_KEY=a b");
  assertEquals(twice.code, 2);
  assertStringIncludes(twice.stderr, 'Two accounts would become the variable "API_KEY"');
  const wrong = await from("old");
  assertEquals(wrong.code, 2);
  assertStringIncludes(wrong.stderr, '"a b" cannot be in a project');
  const { code, stderr } = await from("old", "--map", "OTHER=a b");
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, 'keytar service "old" stays as it is');
  assert(!stderr.includes("s3cret"));
  assertEquals(daemon.secrets(SERVICE), {
    "my-app:development:API_KEY": "s3cret",
    "my-app:development:OTHER": "other",
  });
  at.write(
    "node_modules/keytar/index.js",
    `exports.findCredentials = async () => { throw Object.assign(new Error("s3cret"), { code: "ELOCKED" }); };`,
  );
  const locked = await from("old");
  assertEquals(locked.code, 5);
  assertStringIncludes(locked.stderr, "keytar cannot read: ELOCKED");
  assert(!locked.stderr.includes("s3cret"));
}, MANY_STARTS);

test("kca import --from bun-secrets says which runtime can read it", async () => {
  await using daemon = await daemonWith({});
  using at = envFolder(daemon);
  const { code, stderr } = await at.run("import", "--from", "bun-secrets", "old", "-y");
  assertEquals(code, 2);
  assertStringIncludes(stderr, runtime === "bun" ? "cannot list its names" : "bunx --bun");
  if (runtime !== "bun") return;
  // Read by Bun: no such secret, or no keychain to ask.
  const read = await at.run(
    "import",
    "--from",
    "bun-secrets",
    `none-${crypto.randomUUID()}`,
    "A",
    "-y",
  );
  assert([1, 5].includes(read.code), read.stderr);
  assertStringIncludes(read.stderr, read.code === 1 ? 'has no "A"' : "cannot be read");
}, MANY_STARTS);
