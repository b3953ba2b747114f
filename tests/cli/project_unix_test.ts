/** The record of allowed projects, as files are on Linux. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { appendFileSync, chmodSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "../harness.ts";
import { daemonWith } from "../support/kca.ts";
import { stage, STORED } from "../support/kca_project.ts";

test("the record of allowed projects is the user's own, and one that others may write is refused", async () => {
  await using daemon = await daemonWith(STORED);
  using at = stage(daemon);
  await at.run(["allow"]);
  const record = join(at.home, ".config", "kca", "allowed.jsonl");
  assertEquals(statSync(record).mode & 0o777, 0o600);
  assertEquals(statSync(dirname(record)).mode & 0o777, 0o700);
  chmodSync(record, 0o622);
  const { code, stderr } = await at.run(["run", "--", "true"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, `chmod 600 ${record}`);
  chmodSync(record, 0o600);
  // What the project declares is redacted, unless it is public.
  const shown = await at.run(["run", "--redact", "--", "sh", "-c", "echo $DATABASE_URL $PORT"]);
  assertEquals(shown, { code: 0, stdout: "[redacted] 5432\n", stderr: "" });
  // A second consent is a line of its own, and a damaged line allows nothing and harms nothing.
  await at.run(["allow"]);
  const lines = readFileSync(record, "utf8").split("\n");
  assertEquals(lines.length, 3);
  const line = { ...JSON.parse(lines[0]!), targets: 3 };
  // With its mode, or Deno gives the file another.
  appendFileSync(record, `{"path"\n${JSON.stringify(line)}\n`, { mode: 0o600 });
  const damaged = await at.run(["run", "--", "true"]);
  assertEquals(damaged.code, 2);
  assertStringIncludes(damaged.stderr, "you have not allowed it yet");
});
