import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { existsSync } from "node:fs";
import { execPath, repoPath, runFixture, runtime, runtimeMajor, test } from "../../harness.ts";

test("repoPath() finds the repository on every runtime", () => {
  assert(existsSync(repoPath("deno.json")));
  assert(existsSync(execPath));
  assert(runtimeMajor >= 1);
});

test("runFixture() runs in the same runtime and hands over arguments, environment and input", async () => {
  const result = await runFixture("echo", {
    args: ["a b", "ü"],
    env: { HARNESS_WORD: "x=1" },
    stdin: "hello",
  });
  assertEquals(result.code, 7);
  assertEquals(JSON.parse(result.stdout), {
    runtime,
    args: ["a b", "ü"],
    word: "x=1",
    stdin: "hello",
  });
  assertStringIncludes(result.stderr, "on stderr");
});

test("runFixture() removes a variable that is given as undefined", async () => {
  const result = await runFixture("echo", { env: { HARNESS_WORD: undefined } });
  assertEquals(JSON.parse(result.stdout).word, null);
});

test("runFixture() kills a fixture at its timeout", async () => {
  const start = performance.now();
  const result = await runFixture("sleep", { timeout: 1_000 });
  assertEquals(result.code, -1);
  assert(performance.now() - start < 15_000);
});

test("runFixture() passes Deno's permission flags on", async () => {
  const args = [repoPath("deno.json")];
  const denied = await runFixture("read_file", { args, permissions: ["--allow-env"] });
  assertEquals(denied.code, 1);
  assertStringIncludes(denied.stderr, "NotCapable");
  const granted = await runFixture("read_file", {
    args,
    permissions: [`--allow-read=${args[0]}`],
  });
  assertEquals(granted.stdout.trim(), "true");
}, { skip: runtime !== "deno" });
