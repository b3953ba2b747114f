/** Whether an approval would be shared is told by the executable's content, not by its name. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { execPath, fixtureCommand, runCommand, runtime, test } from "../../harness.ts";
import { daemonWith, kcaEnv, SERVICE, temporaryFolder } from "../../support/kca.ts";

test("a runtime under another name is a shared runtime in the denial", async () => {
  await using daemon = await daemonWith({}, { registered: false });
  using folder = temporaryFolder();
  const tool = join(folder.path, "tool-26");
  copyFileSync(execPath, tool);
  const [, ...rest] = fixtureCommand("read_secret", {
    permissions: ["--allow-ffi", "--allow-env"],
  });
  const env = { ...kcaEnv(daemon), SECRET_SERVICE: SERVICE };
  const { stdout } = await runCommand([tool, ...rest], { env });
  const { code, message, remedy } = JSON.parse(stdout);
  assertEquals([code, remedy], ["denied", `keychain-auth authorize ${tool} ${SERVICE}`]);
  assertStringIncludes(message, `This approves every script that ${tool} runs`);
}, { timeout: 60_000 });

test("a compiled program has its own approval, even with the name of a runtime", async () => {
  await using daemon = await daemonWith({}, { registered: false });
  using folder = temporaryFolder();
  const program = join(folder.path, "node");
  const source = fixtureCommand("read_secret").at(-1)!;
  const build = [execPath, "build", "--compile", "--outfile", program, source];
  assertEquals((await runCommand(build, { cwd: folder.path })).code, 0);
  const env = { ...kcaEnv(daemon), SECRET_SERVICE: SERVICE };
  const { stdout } = await runCommand([program], { env });
  const { code, message } = JSON.parse(stdout);
  assertEquals([code, message.includes("every script")], ["denied", false], message);
}, { skip: runtime !== "bun", timeout: 60_000 });
