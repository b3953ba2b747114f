/**
 * The fuzzer of arguments for as long as CI allows; `deno task test:fuzz` goes on for longer. Not on
 * Windows, where it was never tried.
 */
import { assertEquals } from "@std/assert";
import { execPath, runCommand, runtime, test } from "../harness.ts";
import type { FuzzedArguments } from "./arguments.ts";
import { fuzzCommand } from "./command.ts";

test("2,000 calls with a hostile argument are answered or refused, and hurt nothing", async () => {
  const command = fuzzCommand(runtime, execPath, "argument_worker.ts", ["1", "0", "2000"]);
  const { code, stdout, stderr } = await runCommand(command, { timeout: 110_000 });
  assertEquals(code, 0, stderr);
  const { discrepancies, ends, examples } = JSON.parse(stdout) as FuzzedArguments;
  assertEquals(discrepancies, 0, examples.join("\n"));
  // Not everything is refused, nor taken.
  for (const end of ["resolves", "refused", "thrown by the argument"]) {
    assertEquals(ends[end]! > 200, true, JSON.stringify(ends));
  }
}, { timeout: 120_000 });
