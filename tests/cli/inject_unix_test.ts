/** kca inject with files, git and a daemon. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "../harness.ts";
import { ABSENT, daemonWith, SERVICE } from "../support/kca.ts";
import { NO_SEARCH, stage, STORED } from "../support/kca_project.ts";

const MANY_STARTS = { timeout: 180_000 };
const TEMPLATE = `url: {{ kca:DATABASE_URL }}
helm: {{ .Values.x }} {{ kca }}
key: kca://${SERVICE}/shared:OPENAI_KEY
port: {{kca:PORT}}
`;

test("kca inject puts values into a template by exact names, and leaves the rest", async () => {
  await using daemon = await daemonWith({
    ...STORED,
    "shared:OPENAI_KEY": "{{ kca:PORT }} kca://x/y",
  }, NO_SEARCH);
  using at = stage(daemon);
  await at.run(["allow"]);
  writeFileSync(join(at.repository, "t.yml"), `\ufeff${TEMPLATE}`);
  const { code, stdout, stderr } = await at.run(["inject", "-i", "t.yml"]);
  assertEquals(stderr, "");
  // What a value holds is no place.
  const expected = "\ufeffurl: postgres://dev\nhelm: {{ .Values.x }} {{ kca }}\n" +
    "key: {{ kca:PORT }} kca://x/y\nport: 5432\n";
  assertEquals(stdout, expected);
  assertEquals(code, 0);
  const piped = await at.run(["inject", "--input", "-"], { stdin: "{{ kca:PORT }}" });
  assertEquals(piped.stdout, "5432");
  const yaml = await at.run(["inject", "-i", "t.yml", "--escape", "yaml"]);
  assertStringIncludes(yaml.stdout, 'key: "{{ kca:PORT }} kca://x/y"\n');
  const env = await at.run(["inject", "-i", "-", "--source", "env"], {
    stdin: "{{ kca:DATABASE_URL }}",
    env: { DATABASE_URL: "of-env", KEYCHAIN_AUTH_SOCKET: ABSENT },
  });
  assertEquals(env.stdout, "of-env");
  const reference = await at.run(["inject", "-i", "-", "--source", "env"], {
    stdin: "\nkca://x/y",
  });
  assertEquals([reference.code, reference.stdout], [2, ""]);
  assertStringIncludes(reference.stderr, "Line 2: kca:// needs the daemon");
}, MANY_STARTS);

test(
  "kca inject writes nothing when a name is unknown or a secret is missing, and names the line",
  async () => {
    await using daemon = await daemonWith(STORED);
    using at = stage(daemon);
    await at.run(["allow"]);
    const out = join(at.home, "out.yml");
    const cases: [string, number, string][] = [
      ["\n{{ kca:NOPE }}", 2, 'Line 2: the project declares no secret called "NOPE"'],
      ["{{ kca:SENTRY_DSN }}", 1, "Line 1: SENTRY_DSN is not set"],
      [`\n\nkca://${SERVICE}/none`, 1, `Line 3: service "${SERVICE}" has no "none"`],
      ["{{ kca:PORT | x }}", 2, "Line 1 contains"],
      ["{{ kca:PORT }}\n{{- kca:PORT -}}", 2, "Line 2 contains"],
      ["{{ KCA:PORT }}", 2, "Line 1 contains"],
    ];
    for (const [stdin, expected, message] of cases) {
      const { code, stdout, stderr } = await at.run(["inject", "-i", "-", "-o", out], { stdin });
      assertEquals([code, stdout], [expected, ""], stderr);
      assertStringIncludes(stderr, message);
      assertEquals(existsSync(out), false);
    }
    const left = await at.run(["inject", "-i", "-", "--allow-missing=SENTRY_DSN"], {
      stdin: "[{{ kca:SENTRY_DSN }}]",
    });
    assertEquals(left.stdout, "[]");
  },
  MANY_STARTS,
);

test(
  "kca inject writes only files that git ignores, and that only the owner may read",
  async () => {
    await using daemon = await daemonWith(STORED);
    using at = stage(daemon);
    await at.run(["allow"]);
    const git = (...args: string[]): void =>
      void execFileSync("git", args, { cwd: at.repository, stdio: "pipe" });
    git("init", "-q");
    writeFileSync(join(at.repository, ".gitignore"), "/ignored.yml\n/tracked.yml\n/link.yml\n");
    writeFileSync(join(at.repository, "tracked.yml"), "old");
    git("add", "-f", "tracked.yml");
    const write = async (output: string, cwd = at.repository) =>
      await at.run(["inject", "-i", "-", "-o", output], { cwd, stdin: "{{ kca:DATABASE_URL }}" });
    const cases: [string, string][] = [
      ["tracked.yml", "git tracks"],
      ["new.yml", "git does not ignore"],
      ["a/b/new.yml", "git does not ignore"],
      ["./a/../new.yml", "git does not ignore"],
      [":!x", "git does not ignore"],
      ["no/such/folder.yml", "ENOENT"],
    ];
    for (const [output, message] of cases) {
      const { code, stderr } = await write(output);
      assert(code !== 0, output);
      assertStringIncludes(stderr, message);
    }
    // In a hook, which git may have run for another repository.
    const hook = await at.run(["inject", "-i", "-", "-o", "tracked.yml"], {
      stdin: "{{ kca:DATABASE_URL }}",
      env: { GIT_DIR: "/nonexistent", GIT_INDEX_FILE: "/nonexistent" },
    });
    assertStringIncludes(hook.stderr, "git tracks");
    assertEquals(readFileSync(join(at.repository, "tracked.yml"), "utf8"), "old");
    const inner = await write("../../new.yml", join(at.repository, "a", "b"));
    const [, command = ""] = /Type: (.+)/.exec(inner.stderr) ?? [];
    execFileSync("sh", ["-c", command]);
    assertEquals((await write("new.yml")).code, 0);
    const good = await write("ignored.yml");
    assertEquals([good.code, good.stdout], [0, ""], good.stderr);
    assertEquals(readFileSync(join(at.repository, "ignored.yml"), "utf8"), "postgres://dev");
    assertEquals(statSync(join(at.repository, "ignored.yml")).mode & 0o777, 0o600);
    symlinkSync(join(at.repository, "tracked.yml"), join(at.repository, "link.yml"));
    assertStringIncludes((await write("link.yml")).stderr, "symbolic link");
    mkdirSync(join(at.home, "outside"));
    assertEquals((await write(join(at.home, "outside", "x.yml"))).code, 0);
  },
  MANY_STARTS,
);

test("the command that makes git ignore an output works for every name and file", async () => {
  await using daemon = await daemonWith(STORED);
  using at = stage(daemon);
  execFileSync("git", ["init", "-q", at.repository]);
  await at.run(["allow"]);
  const list = join(at.repository, ".gitignore");
  for (const [name, before] of [["a[b]*.yml", "last"], ["it's.yml", "last\n"], ["b\\?.yml", ""]]) {
    writeFileSync(list, before!);
    const args = ["inject", "-i", "-", "-o", name!];
    const { stderr } = await at.run(args, { stdin: "{{ kca:PORT }}" });
    execFileSync("sh", ["-c", /Type: (.*)/.exec(stderr)![1]!]);
    assertEquals((await at.run(args, { stdin: "{{ kca:PORT }}" })).code, 0, name);
    if (before === "last") assertEquals(readFileSync(list, "utf8").split("\n")[0], "last");
  }
}, MANY_STARTS);
