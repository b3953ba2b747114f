/** Starting a program by the runtime itself, which `kca run --redact` does where there is no FFI. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { SpawnError } from "../../cli/host/host.ts";
import { hostOf } from "../../cli/host/mod.ts";
import { spawnByRuntime } from "../../cli/run/between/by_runtime.ts";
import { recordOf } from "../../cli/run/environment.ts";
import { runtime, test } from "../harness.ts";

const encode = (words: readonly string[]): Uint8Array[] =>
  words.map((word) => new TextEncoder().encode(word));

/** Starts a script of the shell. */
async function start(script: string, piped: readonly (1 | 2)[], file = "sh") {
  const [name, path, ...args] = encode([file, "/bin:/usr/bin", "-c", script]);
  const program = { file: name!, args, env: encode(["A=1", "odd", "B=x=y", "A=2"]), path };
  const running = await spawnByRuntime(hostOf(), program, { marked: [] }, [], piped);
  const texts = running.output.map(async ({ stream, chunks }) => {
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of chunks) text += decoder.decode(chunk, { stream: true });
    return [stream, text] as const;
  });
  return { ...running, texts: Promise.all(texts) };
}

test("spawnByRuntime() passes on variables, output and exit code", async () => {
  const both = await start('echo "$A $B"; echo err >&2; exit 3', [1, 2]);
  assertEquals(await both.texts, [[1, "1 x=y\n"], [2, "err\n"]]);
  assertEquals(await both.ended, { code: 3 });
  const one = await start("echo err >&2", [2]);
  assertEquals(await one.texts, [[2, "err\n"]]);
  assertEquals(await one.ended, { code: 0 });
});

test("spawnByRuntime() passes signals on, and reports which one ended the program", async () => {
  // The others may be ignored, as nohup(1) and the background of a script have it.
  const running = await start("echo begun; exec sleep 60", [1]);
  running.kill(15);
  // Deno and Bun give what a shell would report.
  assertEquals(await running.ended, runtime === "node" ? { signal: 15 } : { code: 143 });
  await running.texts;
});

test("spawnByRuntime() reports why a program cannot start", async () => {
  const long = " ".repeat(3_000_000);
  for (
    const [file, script, reason] of [["no-such-program", "", "ENOENT"], [
      "sh",
      long,
      "E2BIG",
    ]] as const
  ) {
    const { code } = await assertRejects(() => start(script, [], file), SpawnError);
    assertEquals(code, reason);
  }
});

test("recordOf() keeps the first of equal names, and drops entries without a name", () => {
  const record = recordOf(encode(["A=1", "odd", "=C:=x", "B=", "A=2", "\uFEFFC=x=y"]));
  assertEquals(record, { A: "1", B: "", "\uFEFFC": "x=y" });
  assert(!("od" in record));
});
