import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import type { TestDaemon } from "../../testing/mod.ts";
import { execPath, type FixtureResult, repoPath, runCommand, runtime, test } from "../harness.ts";
import { ABSENT, daemonWith, kcaCommand, kcaEnv, posix, temporaryFolder } from "../support/kca.ts";

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

/** Runs a command of an example with `kca` in the PATH and a home of its own. */
interface Played extends Disposable {
  run(
    command: string[],
    folder: string[],
    env?: Record<string, string | undefined>,
  ): Promise<FixtureResult>;
}

function play(daemon: TestDaemon | undefined): Played {
  const folder = temporaryFolder();
  const kca = kcaCommand([]).map((word) => `'${word}'`).join(" ");
  const program = (name: string, line: string): void => {
    writeFileSync(join(folder.path, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(folder.path, name), 0o755);
  };
  program("kca", `exec ${kca} "$@"`);
  program("npx", 'exec "$@"');
  // There is none on this machine: shows what it would get.
  program("docker", 'echo "$NPM_TOKEN$DATABASE_URL $*"');
  return {
    run: (command, path, env = {}) =>
      runCommand(command, {
        cwd: repoPath("examples", ...path),
        env: {
          ...(daemon === undefined ? { KEYCHAIN_AUTH_SOCKET: ABSENT } : kcaEnv(daemon)),
          HOME: folder.path,
          XDG_CONFIG_HOME: undefined,
          PATH: [
            ...[folder.path, dirname(execPath), repoPath("node_modules", ".bin")],
            process.env.PATH,
          ].join(":"),
          ...env,
        },
      }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** The command of a script in an example's package.json. */
function script(name: string, ...folder: string[]): string[] {
  const manifest = readFileSync(repoPath("examples", ...folder, "package.json"), "utf8");
  return ["sh", "-c", JSON.parse(manifest).scripts[name]];
}

test(`examples/${runtime} gets its secrets through kca run`, async () => {
  await using daemon = await daemonWith(SECRETS);
  using at = play(daemon);
  await at.run(["kca", "allow"], [runtime]);
  const command = startCommand(repoPath("examples", runtime));
  const { code, stdout, stderr } = await at.run(command, [runtime]);
  assertEquals(stdout, GREETING, stderr);
  assertEquals(code, 0);
}, { skip: !posix });

test("examples/vite puts only public values into the page", async () => {
  await using daemon = await daemonWith({ "proj_123:development:API_TOKEN": "marked-token-7" });
  using at = play(daemon);
  using out = temporaryFolder();
  await at.run(["kca", "allow"], ["vite"]);
  const [sh, flag, line] = script("build", "vite");
  const { code, stderr } = await at.run(
    [sh!, flag!, `${line} --outDir '${out.path}' --emptyOutDir`],
    ["vite"],
  );
  assertEquals(code, 0, stderr);
  const files = readdirSync(out.path, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(?:js|html)$/.test(name));
  const page = files.map((name) => readFileSync(join(out.path, name), "utf8")).join("");
  assertStringIncludes(page, "My app");
  assertEquals(page.includes("marked-token-7"), false);
}, { skip: !posix || runtime !== "node", timeout: 120_000 });

test("examples/docker gives a secret to one step of the build and to no layer", async () => {
  await using daemon = await daemonWith({
    "proj_123:development:NPM_TOKEN": "npm-1",
    "proj_123:development:DATABASE_URL": "postgres://me@dev-db/app",
  });
  using at = play(daemon);
  await at.run(["kca", "allow"], ["docker"]);
  const image = await at.run(script("image", "docker"), ["docker"]);
  assertEquals(
    image.stdout,
    "npm-1 build --secret id=NPM_TOKEN,env=NPM_TOKEN -t app .\n",
    image.stderr,
  );
  const start = await at.run(script("start", "docker"), ["docker"]);
  assertEquals(start.stdout, "postgres://me@dev-db/app run --rm --env DATABASE_URL app\n");
  // What the steps of the Dockerfile do, with a folder in the place of /run/secrets.
  using none = play(undefined);
  using secrets = temporaryFolder();
  writeFileSync(join(secrets.path, "NPM_TOKEN"), "npm-1\n");
  const steps = readFileSync(repoPath("examples", "docker", "Dockerfile"), "utf8");
  const [, step = ""] = /^RUN --mount=\S+ (.+)$/m.exec(steps) ?? [];
  const built = await none.run(["sh", "-c", step.replace("/run/secrets", secrets.path)], [
    "docker",
  ]);
  assertEquals(built.stdout, "Building with a token of 5 characters\n", built.stderr);
  const [, command = ""] = /^CMD (.+)$/m.exec(steps) ?? [];
  const url = { KCA_SOURCE: "env", DATABASE_URL: "postgres://me@prod-db/app" };
  const run = await none.run(JSON.parse(command), ["docker"], url);
  assertEquals(run.stdout, "Connecting to prod-db\n", run.stderr);
}, { skip: !posix || runtime !== "node", timeout: 120_000 });

test(
  "examples/github tests with variables of the workflow, and says which one is missing",
  async () => {
    using at = play(undefined);
    const workflow = readFileSync(repoPath("examples", "github", "workflow.yml"), "utf8");
    const [, source] = /KCA_SOURCE: (\S+)/.exec(workflow) ?? [];
    const [, step = ""] = /run: (npx kca .+)/.exec(workflow) ?? [];
    const env = {
      KCA_SOURCE: source,
      CI: "true",
      DATABASE_URL: "postgres://me@ci-db/app",
      OPENAI_KEY: "sk-1",
    };
    const passed = await at.run(["sh", "-c", step], ["github"], env);
    assertEquals(passed.stdout, "Testing with ci-db and a key of 4 characters\n", passed.stderr);
    const lacking = await at.run(["sh", "-c", step], ["github"], { ...env, OPENAI_KEY: "" });
    assertEquals(lacking.code, 1);
    assertStringIncludes(lacking.stderr, "OPENAI_KEY: API key of the assistant");
  },
  { skip: !posix || runtime !== "node", timeout: 120_000 },
);

test("examples/monorepo gives each package its own secrets, and one that they share", async () => {
  await using daemon = await daemonWith({
    "proj_123:api:DATABASE_URL": "postgres://me@dev-db/app",
    "proj_123:shared:JWT_KEY": "12345678",
  });
  using at = play(daemon);
  const start = async (name: string): Promise<string> => {
    const folder = ["monorepo", "packages", name];
    await at.run(["kca", "allow"], folder);
    return (await at.run(script("start", ...folder), folder)).stdout;
  };
  assertEquals(await start("api"), "api: dev-db, a key of 8 characters\n");
  assertEquals(await start("web"), "web: port 8080, a key of 8 characters, no URL\n");
}, { skip: !posix || runtime !== "node", timeout: 120_000 });

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

test("examples/quickstart.ts does not change a given daemon", async () => {
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
