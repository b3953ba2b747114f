import { assertEquals, assertStringIncludes } from "@std/assert";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { repoPath, test } from "../harness.ts";
import { ScannedProject, SECRETS } from "../support/scanned.ts";

const { "p:dev:TOKEN": TOKEN, "p:prod:TOKEN": PRODUCTION, "p:dev:KEY": KEY } = SECRETS;

/** Fails when any value is in what the command has said. */
function checkNoValue(...said: string[]): void {
  for (const value of [TOKEN, PRODUCTION, KEY, encodeURIComponent(TOKEN), btoa(TOKEN)]) {
    for (const text of said) assertEquals(text.includes(value), false, text);
  }
}

test("kca scan prints file, line and name for the values of all profiles, in every form", async () => {
  await using project = await ScannedProject.make();
  project.write({
    "a.txt": `one\ntwo ${TOKEN}\n${KEY} and ${KEY}\n`,
    "src/b.json": JSON.stringify({ url: `https://x/?t=${encodeURIComponent(PRODUCTION)}` }),
    "src/c.txt": `\n\n\n${btoa(`user:${TOKEN}`)}`,
    "clean.txt": `${TOKEN.slice(1)} 1234 ${SECRETS["p:dev:PORT"]} ${SECRETS["p:dev:URL"]}\n`,
    "port.txt": SECRETS["p:prod:PORT"],
  });
  const { code, stdout, stderr } = await project.kca("scan");
  assertEquals(stdout.split("\n").sort(), [
    "",
    "a.txt:2: TOKEN (dev)",
    "a.txt:3: KEY (dev, prod)",
    "port.txt:1: PORT (prod)",
    "src/b.json:1: TOKEN (prod) as percent",
    "src/c.txt:4: TOKEN (dev) as base64",
  ]);
  assertEquals(code, 1);
  assertEquals(
    stderr,
    "Not searched for, because a value of fewer than 8 characters occurs everywhere: " +
      "PIN (dev)\n" +
      "Not stored, so not searched for: PIN (prod)\n" +
      "Found secrets in 5 places; 6 files scanned for 4 values. Remove them, and rotate every " +
      "secret that was ever committed\n",
  );
  checkNoValue(stdout, stderr);
  // All values by one request, without a search.
  assertEquals(project.daemon.requests, 1);
  const json = JSON.parse((await project.kca("scan", "--json", "src")).stdout);
  assertEquals(json, {
    found: [
      { file: "src/b.json", line: 1, name: "TOKEN", profiles: ["prod"], form: "percent" },
      { file: "src/c.txt", line: 4, name: "TOKEN", profiles: ["dev"], form: "base64" },
    ],
    short: [{ name: "PIN", profiles: ["dev"] }],
    missing: [{ name: "PIN", profiles: ["prod"] }],
    unread: [],
    scanned: { files: 2, values: 4 },
  });
});

test("kca scan ends with 0 only when it has scanned something and found nothing", async () => {
  await using project = await ScannedProject.make();
  project.write({ "a.txt": "nothing\n", "empty/.keep": "" });
  const clean = await project.kca("scan", "--quiet");
  assertEquals([clean.code, clean.stdout, clean.stderr], [0, "", ""]);
  assertStringIncludes(
    (await project.kca("scan")).stderr,
    "Found no secret; 3 files scanned for 4 values",
  );
  rmSync(join(project.path, "empty/.keep"));
  const nothing = await project.kca("scan", "empty");
  assertEquals(nothing.code, 5);
  assertStringIncludes(nothing.stderr, "Nothing was scanned: there is no file");
  const absent = await project.kca("scan", "absent");
  assertEquals(absent.code, 2);
  assertStringIncludes(absent.stderr, 'There is no "absent"');
  const both = await project.kca("scan", "--staged", "a.txt");
  assertEquals(both.code, 2);
});

test("kca scan without a stored value that is long enough is an error", async () => {
  await using project = await ScannedProject.make({ secrets: {} });
  const none = await project.kca("scan");
  assertEquals(none.code, 5);
  assertStringIncludes(none.stderr, "Nothing was scanned: the project has no stored value");
  assertStringIncludes(none.stderr, "kca check");
});

test("kca scan leaves out what git ignores, unless it is named", async () => {
  await using project = await ScannedProject.make();
  project.write({
    ".gitignore": "ignored/\n*.log\n",
    "ignored/a.txt": TOKEN,
    "ignored/deep/b.txt": TOKEN,
    "c.log": TOKEN,
    "src/d.log": TOKEN,
    "src/e.txt": "x",
  });
  const scan = async (...args: string[]): Promise<string[]> =>
    (await project.kca("scan", "--quiet", ...args)).stdout.split("\n").slice(0, -1).sort();
  assertEquals(await scan(), []);
  assertEquals(await scan("src"), []);
  assertEquals(await scan("c.log"), ["c.log:1: TOKEN (dev)"]);
  assertEquals(await scan("ignored"), [
    "ignored/a.txt:1: TOKEN (dev)",
    "ignored/deep/b.txt:1: TOKEN (dev)",
  ]);
  assertEquals(await scan("c.log", ".", "c.log"), ["c.log:1: TOKEN (dev)"]);
  assertEquals(await scan("ignored/deep", "src/d.log"), [
    "ignored/deep/b.txt:1: TOKEN (dev)",
    "src/d.log:1: TOKEN (dev)",
  ]);
  // A hook is run for another repository, or with an index of its own.
  const env = { GIT_DIR: "/nonexistent", GIT_INDEX_FILE: "/nonexistent" };
  assertEquals((await project.kcaIn(".", env, "scan", "--quiet")).stdout, "");
  // What is tracked is scanned also when a rule ignores it.
  project.git("add", "--force", "c.log");
  assertEquals(await scan(), ["c.log:1: TOKEN (dev)"]);
});

test("kca scan reads other repositories below the folder, and folders outside of any", async () => {
  await using project = await ScannedProject.make({ git: false });
  project.write({ "plain/a.txt": TOKEN, "nested/.gitignore": "*.log", "nested/b.txt": TOKEN });
  project.write({ "nested/c.log": TOKEN });
  const scan = async (): Promise<string[]> =>
    (await project.kca("scan", "--quiet")).stdout.split("\n").slice(0, -1).sort();
  assertEquals(await scan(), [
    "nested/b.txt:1: TOKEN (dev)",
    "nested/c.log:1: TOKEN (dev)",
    "plain/a.txt:1: TOKEN (dev)",
  ]);
  project.git("init", "--quiet");
  project.git("init", "--quiet", "nested");
  assertEquals(await scan(), ["nested/b.txt:1: TOKEN (dev)", "plain/a.txt:1: TOKEN (dev)"]);
});

test("kca scan finds values in names of files, and masks them", async () => {
  await using project = await ScannedProject.make();
  project.write({ [`x-${KEY}.txt`]: "nothing", [`y-${KEY}`]: `\n${TOKEN}` });
  const { code, stdout, stderr } = await project.kca("scan");
  assertEquals([code, stdout.split("\n").sort()], [1, [
    "",
    "x-[redacted].txt:in its name: KEY (dev, prod)",
    "y-[redacted]:2: TOKEN (dev)",
    "y-[redacted]:in its name: KEY (dev, prod)",
  ]]);
  checkNoValue(stdout, stderr);
});

test("kca scan reads files of many megabytes and lines of any length", async () => {
  await using project = await ScannedProject.make();
  const line = `${"x".repeat(3_000_000)}\n`;
  project.write({ "big.txt": `${line}${line}${"y".repeat(2_097_140)}${TOKEN}\n\n${KEY}` });
  const { stdout } = await project.kca("scan", "--quiet", "big.txt");
  assertEquals(stdout, "big.txt:3: TOKEN (dev)\nbig.txt:5: KEY (dev, prod)\n");
});

test("the commands of the manual of kca scan do what it says", async () => {
  await using project = await ScannedProject.make();
  project.write({ ".gitignore": "dist\n.env\n", "dist/a.js": TOKEN, ".env": KEY });
  project.commit("one");
  project.write({ "b.txt": TOKEN });
  project.git("add", "--all");
  const page = readFileSync(repoPath("docs/scan.md"), "utf8");
  const [, block = ""] = /```sh\n(.*?)```/s.exec(page) ?? [];
  const results: [command: string, code: number, found: number][] = [];
  for (const line of block.trimEnd().split("\n")) {
    const [command = ""] = line.split(/ +#/);
    const { code, stdout } = await project.kca(...command.split(" ").slice(1));
    results.push([command, code, stdout.split("\n").length - 1]);
  }
  assertEquals(results, [
    ["kca scan", 1, 1],
    ["kca scan dist .env", 1, 2],
    ["kca scan --staged", 1, 1],
    ["kca scan --history 100", 0, 0],
    ["kca scan --install-hook", 0, 0],
  ]);
});

test("kca scan takes the values from the environment when that is the source", async () => {
  await using project = await ScannedProject.make();
  project.write({ "a.txt": "value-of-the-job\n5432-the-default" });
  const { code, stdout } = await project.kcaIn(
    ".",
    { TOKEN: "value-of-the-job", KEYCHAIN_AUTH_SOCKET: undefined },
    ...["scan", "--source", "env", "--quiet"],
  );
  assertEquals([code, stdout], [1, "a.txt:1: TOKEN (dev, prod)\n"]);
  assertEquals(project.daemon.requests, 0);
});
