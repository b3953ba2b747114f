/** The variables that kca takes from its surroundings: those of the shell, and no file's. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { runCommand, runtime, test } from "../harness.ts";
import { daemonWith, kca, kcaCommand, kcaEnv, temporaryFolder } from "../support/kca.ts";

const linux = process.platform === "linux";

test(
  "a .env in the working directory neither leads kca elsewhere nor reaches its program",
  async () => {
    await using daemon = await daemonWith({ "p:A": "right" });
    await using other = await daemonWith({ "p:A": "wrong" });
    using folder = temporaryFolder();
    writeFileSync(
      join(folder.path, ".env"),
      `KEYCHAIN_AUTH_SOCKET=${other.endpoint}\nKEYCHAIN_AUTH_SERVICE=else\nA=file\nB=file\n`,
    );
    const options = { cwd: folder.path, env: { B: undefined } };
    assertEquals((await kca(daemon, ["get", "p:A"], options)).stdout, "right\n");
    const run = await kca(daemon, [
      ...["run", "--prefix", "p:", "--no-override", "--", "sh", "-c", "echo $A-$B"],
    ], options);
    assertEquals([run.stdout, run.stderr], ["right-\n", ""]);
    // Nobody else named them.
    const nobody = await runCommand(kcaCommand(["list"]), {
      cwd: folder.path,
      env: { ...kcaEnv(daemon), KEYCHAIN_AUTH_SERVICE: undefined },
    });
    assertEquals(nobody.code, 2);
    assertStringIncludes(nobody.stderr, "No service");
    assertEquals(other.requests, 0);
  },
  { skip: !linux },
);

test("kca run --env-file is --dotenv where the runtime does not read it", async () => {
  await using daemon = await daemonWith({ A: "alpha" });
  using folder = temporaryFolder();
  const file = join(folder.path, "vars");
  writeFileSync(file, "X=kca://AgentSecrets/A\n");
  const run = (flag: string) => kca(daemon, ["run", flag, file, "--", "sh", "-c", "echo $X"]);
  assertEquals((await run("--dotenv")).stdout, "alpha\n");
  const old = await run("--env-file");
  if (runtime !== "node") return assertEquals(old.stdout, "alpha\n");
  assertEquals([old.code, old.stdout], [2, ""]);
  assertStringIncludes(old.stderr, "--dotenv FILE");
});

test("kca run passes on options that Node reads itself, or refuses", async () => {
  await using daemon = await daemonWith({ A: "alpha" });
  using folder = temporaryFolder();
  const file = join(folder.path, "vars");
  writeFileSync(file, "X=from the file\n");
  const show = ["sh", "-c", 'echo "$X" "$@"', "sh"];
  const run = (...program: string[]) =>
    kca(daemon, ["run", "--map", "X=A", ...program], { cwd: folder.path });
  const behind = await run("--", ...show, "--env-file", file);
  assertEquals(behind.stdout, `alpha --env-file ${file}\n`);
  const without = await run(...show, "--env-file", file, "--", "x");
  if (runtime !== "node") {
    assertEquals(without.stdout, `alpha --env-file ${file} -- x\n`);
  } else {
    assertEquals([without.code, without.stdout], [2, ""]);
    assertStringIncludes(without.stderr, "type -- before the program");
  }
  writeFileSync(join(folder.path, "node.config.json"), "{}");
  const config = "--experimental-default-config-file";
  assertEquals((await run("--", ...show, config)).stdout, `alpha ${config}\n`);
}, { skip: !linux });

test("kca run refuses names from a prefix that change what programs run, unless they are allowed", async () => {
  await using daemon = await daemonWith({
    "p:A": "1",
    "p:NODE_OPTIONS": "--require evil",
    "p:BASH_FUNC_ls%%": "() { evil; }",
  });
  const run = (...flags: string[]) =>
    kca(daemon, ["run", "--prefix", "p:", ...flags, "--", "sh", "-c", "echo $A $NODE_OPTIONS"]);
  const refused = await run();
  assertEquals([refused.code, refused.stdout], [5, ""]);
  assertStringIncludes(refused.stderr, '"BASH_FUNC_ls%%", "NODE_OPTIONS" change what programs run');
  assertStringIncludes(refused.stderr, "--allow-name BASH_FUNC_ls%%,NODE_OPTIONS");
  assert(!refused.stderr.includes("evil"), refused.stderr);
  assertEquals((await run("--allow-name", "NODE_OPTIONS")).code, 5);
  assertEquals((await run("--only", "A,NODE_OPTIONS")).stdout, "1 --require evil\n");
  const mapped = await kca(daemon, [
    ...["run", "--map", "NODE_OPTIONS=p:NODE_OPTIONS", "--", "sh", "-c", "echo $NODE_OPTIONS"],
  ]);
  assertEquals(mapped.stdout, "--require evil\n");
});

test("kca run suggests the probable prefix when its names cannot be shell variables", async () => {
  await using daemon = await daemonWith({ "proj_123:dev:A": "1", "proj_123:dev:B": "2" });
  for (const prefix of ["proj_", "proj_123:dev", "proj_123:"]) {
    const { code, stdout, stderr } = await kca(daemon, [
      ...["run", "--prefix", prefix, "--", "echo", "started"],
    ]);
    assertEquals([code, stdout], [5, ""], stderr);
    assertStringIncludes(stderr, "did you mean `--prefix proj_123:dev:`?");
  }
  await using mixed = await daemonWith({ "p:A": "1", "p:tls-key": "2" });
  const some = await kca(mixed, ["run", "--prefix", "p:", "--", "echo", "started"]);
  assertEquals([some.code, some.stdout], [0, "started\n"]);
  assertStringIncludes(some.stderr, 'Warning: A shell cannot have a variable called "tls-key"');
});
