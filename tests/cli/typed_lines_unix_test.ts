/** Lines to type mean the project and the daemon that the flags of the failed command named. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { runCommand, test } from "../harness.ts";
import { ABSENT, daemonWith, kcaCommand, SERVICE } from "../support/kca.ts";
import { stage } from "../support/kca_project.ts";
import { INT } from "../support/replies.ts";
import { startScripted } from "../support/scripted_server.ts";
import { reply, request } from "../support/steps.ts";

const MANY_STARTS = { timeout: 180_000 };

test(
  "what is missing is stored by the line that is printed, whatever flags were given",
  async () => {
    await using daemon = await daemonWith({});
    using at = stage(daemon);
    await at.run(["allow"]);
    const file = join(at.repository, "kca.json");
    const elsewhere = { cwd: at.home, env: { KEYCHAIN_AUTH_SOCKET: ABSENT } };
    const place = ["--project", file, "--profile", "production", "--socket", daemon.endpoint];
    const said = async (...args: string[]): Promise<string> =>
      (await at.run(args, elsewhere)).stderr;
    const check = `type: kca check --fill ${
      place.slice(0, 4).join(" ")
    } --socket ${daemon.endpoint}`;
    assertStringIncludes(await said("check", ...place), check);
    const target = "proj_123:production:DATABASE_URL";
    const set = `kca set --service ${SERVICE} --socket ${daemon.endpoint} ${target}`;
    assertStringIncludes(await said("check", "--fill", ...place), `${set} < FILE`);
    assertStringIncludes(await said("run", ...place, "--", "true"), `${set}\n`);
    assertStringIncludes(await said("get", ...place, "DATABASE_URL"), `Type: ${set}\n`);
    assertStringIncludes(
      await said("scan", "--project", file, "--source", "env"),
      `kca check --project ${file} --source env`,
    );
    assertStringIncludes(await said("init", "--project", file), `kca check --project ${file}`);
    const stored = await at.run(set.split(" ").slice(1), { ...elsewhere, stdin: "a" });
    assertEquals([stored.code, daemon.secrets(SERVICE)[target]], [0, "a"]);
  },
  MANY_STARTS,
);

test("kca allow is printed with the file where KCA_PROJECT names another", async () => {
  await using daemon = await daemonWith({});
  using at = stage(daemon);
  const file = join(at.repository, "kca.json");
  const other = join(at.home, "kca.json");
  writeFileSync(other, readFileSync(file));
  const { stderr } = await at.run(["check", "--project", "kca.json"], {
    env: { KCA_PROJECT: other },
  });
  assertStringIncludes(stderr, `Type: kca allow --project ${file}\n`);
});

test("the printed command repairs a record of allowed projects", async () => {
  await using daemon = await daemonWith({});
  using at = stage(daemon);
  const home = join(at.home, "my $home's");
  const record = join(home, ".config", "kca", "allowed.jsonl");
  mkdirSync(home);
  const run = (...args: string[]) => at.run(args, { env: { HOME: home } });
  await run("allow");
  chmodSync(record, 0o666);
  const { stderr } = await run("check");
  const [, command] = /type: (chmod 600 .*)\. Nothing was sent/.exec(stderr)!;
  execFileSync("sh", ["-c", command!]);
  assertEquals((await run("check")).code, 1);
  // A link to a file of one's own, as programs make it that keep settings in a repository.
  renameSync(record, join(home, "kept"));
  symlinkSync(join(home, "kept"), record);
  assertEquals((await run("check")).code, 1);
  const homeless = await at.run(["allow"], { env: { HOME: undefined } });
  assertMatch(homeless.stderr, /Invalid HOME: .*set it to your own/);
}, MANY_STARTS);

test("a kca.json that may have no end is refused", async () => {
  await using daemon = await daemonWith({});
  using at = stage(daemon, "");
  const file = join(at.repository, "kca.json");
  for (const make of [`ln -sf /dev/zero ${file}`, `rm ${file} && mkfifo ${file}`]) {
    execFileSync("sh", ["-c", make]);
    const { code, stderr } = await at.run(["check", "--file-only"]);
    assertEquals(code, 2, stderr);
    assertStringIncludes(stderr, "is not a regular file");
  }
}, MANY_STARTS);

test("a source folder's file that may have no end is refused", async () => {
  await using daemon = await daemonWith({});
  using at = stage(daemon, `{"service":"${SERVICE}","secrets":{"A":{}}}`);
  symlinkSync("/dev/zero", join(at.repository, "A"));
  const { code, stderr } = await at.run(["check", "--source", `dir:${at.repository}`]);
  assertEquals(code, 2, stderr);
  assertStringIncludes(stderr, "is not a regular file");
});

test("a project without secrets asks the daemon for nothing", async () => {
  await using daemon = await daemonWith({});
  using at = stage(daemon, `{"service":"${SERVICE}","secrets":{}}`);
  await at.run(["allow"]);
  assertEquals((await at.run(["check"])).code, 0);
  const list = await at.run(["list"]);
  assertEquals([list.code, list.stderr], [0, "No names\n"]);
  const { stdout } = await at.run(["check", "--file-only"]);
  assertStringIncludes(stdout, "is valid: 0 secrets, no profiles");
}, MANY_STARTS);

test("kca doctor is suggested with the flags for daemon and service", async () => {
  await using broken = await startScripted([[request(), reply(`${INT}\n`)]]);
  const args = ["get", "--service=-x", "--socket", broken.endpoint, "A"];
  const { stderr } = await runCommand(kcaCommand(args));
  assertStringIncludes(stderr, `Type: kca doctor --service=-x --socket ${broken.endpoint}\n`);
});

test(
  "kca import refuses references to 1Password, and keeps owner and mode of kca.json",
  async () => {
    await using daemon = await daemonWith({});
    using at = stage(daemon, `{"service":"${SERVICE}","secrets":{"A":{}}}`);
    await at.run(["allow"]);
    const file = join(at.repository, "kca.json");
    const env = join(at.repository, ".env");
    writeFileSync(env, "KEY=postgres://u:op://vault/item/field@h\n");
    const refused = await at.run(["import", "--yes"]);
    assertEquals(refused.code, 2);
    assertStringIncludes(refused.stderr, '"KEY" are references to 1Password');
    symlinkSync("/dev/null", join(at.repository, "device"));
    const device = await at.run(["import", "--yes", "device"]);
    assertStringIncludes(device.stderr, "is not a regular file and cannot be deleted: give --keep");
    writeFileSync(env, "KEY=1\n");
    const root = process.getuid!() === 0;
    execFileSync("chmod", ["640", file]);
    if (root) execFileSync("chown", ["1234:1234", file]);
    assertEquals((await at.run(["import", "--yes"])).code, 0);
    const status = statSync(file);
    assertEquals([status.mode & 0o777, status.uid], [0o640, root ? 1234 : process.getuid!()]);
  },
  MANY_STARTS,
);
