import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startDaemon } from "../../testing/mod.ts";
import { runFixture, test } from "../harness.ts";

test("nothing that the client returns or throws shows a value", async () => {
  await using daemon = await startDaemon({
    secrets: { S: { TOKEN: "SECRET-CANARY-1", OTHER: "SECRET-CANARY-2" } },
  });
  const { code, stdout, stderr } = await runFixture("show_secrets", {
    args: [daemon.endpoint],
    env: { KEYCHAIN_AUTH_DEBUG: "1" },
  });
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, "done 15");
  assertStringIncludes(stdout, "[redacted]");
  assert(!`${stdout}${stderr}`.includes("CANARY"), "a value was shown");
});
