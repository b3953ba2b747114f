import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { execPath, repoPath, runCommand, runtime, test } from "../harness.ts";
import { daemonWith, kcaCommand, kcaEnv, posix, temporaryFolder } from "../support/kca.ts";

const SECRETS = {
  "proj_123:development:DATABASE_URL": "postgres://me:s3cret@dev-db/app",
  "proj_123:development:OPENAI_KEY": "sk-proj-dev123",
};
const GREETING = "Connecting to dev-db with a key of 14 characters\n";

/** What starts the example of the current runtime; Node 20 has no `node --run`. */
function startCommand(folder: string): string[] {
  if (runtime === "deno") return [execPath, "task", "--quiet", "start"];
  if (runtime === "bun") return [execPath, "--silent", "run", "start"];
  const { scripts } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return ["sh", "-c", scripts.start];
}

test(`examples/${runtime} gets its secrets through kca run`, async () => {
  await using daemon = await daemonWith(SECRETS);
  using folder = temporaryFolder();
  const command = kcaCommand([]).map((word) => `'${word}'`).join(" ");
  writeFileSync(join(folder.path, "kca"), `#!/bin/sh\nexec ${command} "$@"\n`);
  chmodSync(join(folder.path, "kca"), 0o755);
  const cwd = repoPath("examples", runtime);
  const { code, stdout, stderr } = await runCommand(startCommand(cwd), {
    cwd,
    env: {
      ...kcaEnv(daemon),
      PATH: [folder.path, dirname(execPath), process.env.PATH].join(":"),
    },
  });
  assertEquals(stdout, GREETING, stderr);
  assertEquals(code, 0);
}, { skip: !posix });

test("examples/load.ts loads a typed object that does not show itself", async () => {
  await using daemon = await daemonWith(SECRETS);
  const flags = runtime === "deno" ? ["run", "--no-prompt", "-A"] : [];
  const { code, stdout, stderr } = await runCommand(
    [execPath, ...flags, repoPath("examples", "load.ts")],
    { env: kcaEnv(daemon) },
  );
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, GREETING);
  assertStringIncludes(stdout, "[redacted]");
  assertEquals(/s3cret|sk-proj/.test(stdout), false);
}, { skip: runtime === "node" });

test("examples/quickstart.ts runs without a daemon", async () => {
  const flags = runtime === "deno" ? ["run", "--no-prompt", "-A"] : [];
  const { code, stdout, stderr } = await runCommand(
    [execPath, ...flags, repoPath("examples", "quickstart.ts")],
    { env: { KEYCHAIN_AUTH_SOCKET: undefined } },
  );
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, "DATABASE_URL");
  // The start of the daemon stays in the foreground.
  const lines = stdout.split("\n").filter((line) => line.startsWith("  "));
  assertMatch(lines[0]!, /^ {2}(?:sudo )?keychain-auth authorize /);
}, { skip: runtime === "node" });

test("examples/quickstart.ts leaves a daemon that is named as it was", async () => {
  const mine = { "proj_123:development:DATABASE_URL": "mine", "quickstart:A": "mine too" };
  await using daemon = await daemonWith(mine);
  const flags = runtime === "deno" ? ["run", "--no-prompt", "-A"] : [];
  const { code, stdout, stderr } = await runCommand(
    [execPath, ...flags, repoPath("examples", "quickstart.ts")],
    { env: kcaEnv(daemon) },
  );
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, "sk-proj-dev123");
  assertEquals(daemon.secrets("AgentSecrets"), mine);
}, { skip: runtime === "node" });

test("examples/compile makes a program that the daemon knows as itself", async () => {
  using folder = temporaryFolder();
  const program = join(folder.path, "report");
  const source = repoPath("examples", "compile", "main.ts");
  const built = await runCommand([
    ...[execPath, "build", "--compile", "--outfile", program, source],
  ], { cwd: folder.path });
  assertEquals(built.code, 0, built.stderr);
  {
    await using daemon = await daemonWith(SECRETS);
    const { stdout, stderr } = await runCommand([program], { env: kcaEnv(daemon) });
    assertEquals(stdout, "2 secrets for this program alone\n", stderr);
  }
  await using daemon = await daemonWith(SECRETS, { registered: false });
  const { code, stderr } = await runCommand([program], { env: kcaEnv(daemon) });
  assertEquals(code, 1);
  assertEquals(
    stderr,
    `Not approved yet. Type: keychain-auth authorize ${program} AgentSecrets\n`,
  );
}, { skip: runtime !== "bun" || !posix, timeout: 60_000 });
