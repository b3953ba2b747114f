import { assert, assertEquals } from "@std/assert";
import { repoPath, runCommand, test } from "../harness.ts";

for (const [flags, expected] of [[[], 0], [["--required"], 1]] as const) {
  test(`the lane of the real daemon ends with ${expected} when there is none${flags.length ? " and it is required" : ""}`, async () => {
    const command = [Deno.execPath(), "run", "-A", repoPath("tests", "real", "main.ts"), ...flags];
    const { code, stdout, stderr } = await runCommand(command, {
      env: { KEYCHAIN_AUTH_BIN: undefined },
    });
    assertEquals(code, expected);
    assert((stdout + stderr).includes("KEYCHAIN_AUTH_BIN"));
  });
}
