/** Exported variables, read back by the programs that they are for. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand, test } from "../harness.ts";
import { daemonWith, kca, kcaCommand, kcaEnv, temporaryFolder } from "../support/kca.ts";
import { NASTY } from "../support/nasty.ts";
import { readMasks, readRunnerFile } from "../support/runner_file.ts";

const has = (program: string): boolean => spawnSync(program, ["--version"]).status === 0;
const PRINT = Object.keys(NASTY).map((name) => `printf '%s\\0' "$${name}"`).join("; ");
const prefixed = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`p:${name}`, value]));
const exported = (format: string, ...flags: string[]): string[] => [
  ...["export", "--prefix", "p:", "--format", format, ...flags],
];

test("direnv gives back every byte of kca export --format direnv", async () => {
  await using daemon = await daemonWith(prefixed(NASTY));
  using folder = temporaryFolder();
  const { stdout } = await kca(daemon, exported("direnv"));
  writeFileSync(join(folder.path, ".envrc"), stdout);
  const { stdout: read, stderr } = await runCommand(
    ["sh", "-c", `direnv allow . && direnv exec . sh -c "$1"`, "sh", PRINT],
    {
      cwd: folder.path,
      env: { HOME: folder.path, XDG_DATA_HOME: undefined, XDG_CONFIG_HOME: undefined },
    },
  );
  assertEquals(read.split("\0").slice(0, -1), Object.values(NASTY), stderr);
}, { skip: !has("direnv") });

test("kca export --format direnv refuses names that direnv reserves", async () => {
  await using daemon = await daemonWith({ "p:PWD": "/x", "p:DIRENV_DIR": "x" });
  const { code, stdout, stderr } = await kca(daemon, exported("direnv"));
  assertEquals([code, stdout], [5, ""]);
  assertStringIncludes(stderr, '"PWD": direnv reserves this name');
});

test("systemd gives back every byte of kca export --format systemd", async () => {
  await using daemon = await daemonWith(prefixed(NASTY));
  using folder = temporaryFolder();
  const { stdout } = await kca(daemon, exported("systemd"));
  mkdirSync(join(folder.path, "etc"));
  const config = join(folder.path, "read.conf");
  // Its specifier %w is a variable of a file that the same parser reads as EnvironmentFile=.
  writeFileSync(config, "f+ /read - - - - %w\n");
  for (const [name, value] of Object.entries(NASTY)) {
    const file = stdout.replace(new RegExp(`^${name}=`, "m"), "VERSION_ID=");
    writeFileSync(join(folder.path, "etc", "os-release"), `ID=test\n${file}`);
    const read = await runCommand([
      "systemd-tmpfiles",
      `--root=${folder.path}`,
      "--create",
      config,
    ]);
    assertEquals([read.code, read.stderr], [0, ""]);
    assertEquals(readFileSync(join(folder.path, "read"), "utf8"), value, name);
  }
}, { skip: !has("systemd-tmpfiles") });

test("systemd refuses a file with a noncharacter, so kca export --format systemd does not write it", async () => {
  const odd = { FFFF: "a\uffffb", FDD0: "\ufdd0", PLANE: "\u{1fffe}" };
  await using daemon = await daemonWith(prefixed({ ...odd, PLAIN: "a\ufffdb\ue000" }));
  const { code, stdout, stderr } = await kca(daemon, exported("systemd"));
  assertEquals([code, stdout], [5, ""]);
  for (const name of Object.keys(odd)) assertStringIncludes(stderr, `"${name}": it contains a non`);
  assertStringIncludes(stderr, "cannot carry 3 of 4");
});

test("kca export --format github-actions masks the values first, and appends the variables", async () => {
  await using daemon = await daemonWith(prefixed({ ...NASTY, PERCENT: "100%0A" }));
  using folder = temporaryFolder();
  const file = join(folder.path, "set_env");
  writeFileSync(file, "EARLIER=1");
  const { code, stdout, stderr } = await kca(daemon, exported("github-actions"), {
    env: { GITHUB_ENV: file },
  });
  assertEquals([code, stderr], [0, ""]);
  const all = { ...NASTY, PERCENT: "100%0A" };
  const shown = Object.values(all).filter((value) => value.trim() !== "").sort();
  assertEquals(readMasks(stdout).sort(), shown);
  assertEquals(stdout.split("\n").filter((line) => !line.startsWith("::add-mask::")), [""]);
  assertEquals(readRunnerFile(readFileSync(file, "utf8")), { EARLIER: "1", ...all });
  // As one would do it by hand: the file gets no masks, the log does.
  writeFileSync(file, "");
  const command = ["sh", "-c", '"$@" >> "$GITHUB_ENV"', "sh"];
  const redirected = await runCommand([...command, ...kcaCommand(exported("github-actions"))], {
    env: { ...kcaEnv(daemon), GITHUB_ENV: file },
  });
  assertEquals(readRunnerFile(readFileSync(file, "utf8")), all);
  assertEquals(readMasks(redirected.stderr).sort(), shown);
  // Without a runner, both can be looked at.
  const alone = await kca(daemon, exported("github-actions"), { env: { GITHUB_ENV: undefined } });
  const [, masks = "", variables = ""] = /^((?:::add-mask::.*\n)+)([^]*)$/.exec(alone.stdout) ?? [];
  assertEquals(readMasks(masks).length, shown.length);
  assertEquals(readRunnerFile(variables), all);
  // A variable that cannot be handed on is not lost in silence.
  const lost = await kca(daemon, exported("github-actions"), { env: { GITHUB_ENV: folder.path } });
  assertEquals(lost.code, 5);
  assertStringIncludes(lost.stderr, "which GITHUB_ENV names");
});

test("kca export --format github-actions refuses names that the runner does not accept", async () => {
  await using daemon = await daemonWith({
    "p:GITHUB_TOKEN": "x",
    "p:RUNNER_OS": "x",
    "p:CR": "x\r",
  });
  const { code, stdout, stderr } = await kca(daemon, exported("github-actions"));
  assertEquals([code, stdout], [5, ""]);
  assertEquals(stderr.match(/the runner does not allow setting it/g)?.length, 2);
  assertStringIncludes(stderr, '"CR": it ends with a carriage return');
});

test("kca export --out-file leaves a file that only its owner may read", async () => {
  await using daemon = await daemonWith({ "p:A": "alpha" });
  using folder = temporaryFolder();
  const file = join(folder.path, "env");
  writeFileSync(file, "before", { mode: 0o644 });
  const { code, stdout } = await kca(daemon, exported("systemd", "--out-file", file));
  assertEquals([code, stdout], [0, ""]);
  assertEquals([readFileSync(file, "utf8"), statSync(file).mode & 0o777], ['A="alpha"\n', 0o600]);
});

test("kca export refuses names that change what programs run, unless they are allowed", async () => {
  await using daemon = await daemonWith({ "p:A": "1", "p:LD_PRELOAD": "/tmp/evil.so" });
  for (const format of ["env", "shell", "docker", "direnv", "systemd", "github-actions"]) {
    const { code, stdout, stderr } = await kca(daemon, exported(format));
    assertEquals([code, stdout], [5, ""], format);
    assertStringIncludes(stderr, "--allow-name LD_PRELOAD");
    assert(!stderr.includes("evil"), stderr);
  }
  const named = await kca(daemon, exported("shell", "--allow-name", "LD_PRELOAD"));
  assertEquals(named.stdout, "export A='1'\nexport LD_PRELOAD='/tmp/evil.so'\n");
  assertEquals((await kca(daemon, exported("json"))).code, 0);
});

test("kca export suggests the prefix that was probably meant", async () => {
  await using daemon = await daemonWith({ "p:dev:A": "1" });
  const { code, stderr } = await kca(daemon, exported("shell"));
  assertEquals(code, 5);
  assertStringIncludes(stderr, "did you mean `--prefix p:dev:`?");
});
