import { assertEquals, assertStringIncludes } from "@std/assert";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "../harness.ts";
import { ScannedProject, SECRETS } from "../support/scanned.ts";

const { "p:dev:TOKEN": TOKEN, "p:dev:KEY": KEY } = SECRETS;

test("kca scan --staged reads git's index, not the files", async () => {
  await using project = await ScannedProject.make();
  const scan = () => project.kca("scan", "--staged", "--quiet");
  project.write({ "a.txt": "clean", "src/b.txt": `\n${TOKEN}`, "c.txt": KEY });
  project.git("add", "a.txt", "src/b.txt");
  project.write({ "src/b.txt": "clean" });
  const first = await scan();
  assertEquals([first.code, first.stdout], [1, "src/b.txt:2: TOKEN (dev)\n"]);
  // Whatever a user has set.
  project.git("config", "diff.relative", "true");
  project.write({ "other/.keep": "" });
  const below = await project.kcaIn("other", {}, "scan", "--staged", "--quiet");
  assertEquals(below.stdout, "src/b.txt:2: TOKEN (dev)\n");
  project.git("add", "src/b.txt");
  assertEquals((await scan()).code, 0);
  project.git("commit", "--quiet", "--message", "one");
  const nothing = await scan();
  assertEquals(nothing.code, 5);
  assertStringIncludes(nothing.stderr, "nothing is staged for a commit");
  // Two files with one content, a changed one that no pipe holds at once, and one that is gone.
  project.write({ "d.txt": KEY, "src/b.txt": `x\ny ${TOKEN}\n${"z".repeat(500_000)}` });
  rmSync(join(project.path, "a.txt"));
  project.git("add", "--all");
  assertEquals((await scan()).stdout.split("\n").sort(), [
    "",
    "c.txt:1: KEY (dev, prod)",
    "d.txt:1: KEY (dev, prod)",
    "src/b.txt:2: TOKEN (dev)",
  ]);
});

test("kca scan --history reads the files of the last commits, and their messages", async () => {
  await using project = await ScannedProject.make();
  project.write({ "old.txt": KEY });
  const first = project.commit("first");
  project.write({ "a b.txt": `\n${TOKEN}` });
  const second = project.commit("second");
  project.write({ "a b.txt": "clean" });
  const third = project.commit(`remove\n\n${KEY}`);
  const scan = async (...args: string[]): Promise<string[]> =>
    (await project.kca("scan", "--quiet", ...args)).stdout.split("\n").slice(0, -1);
  const message = `${third.slice(0, 12)}:(message):3: KEY (dev, prod)`;
  const added = `${second.slice(0, 12)}:a b.txt:2: TOKEN (dev)`;
  const old = `${first.slice(0, 12)}:old.txt:1: KEY (dev, prod)`;
  assertEquals(await scan("--history", "1"), [message]);
  assertEquals(await scan("--history", "2"), [added, message]);
  assertEquals(await scan("--history=50"), [old, added, message]);
  // What a user has set does not matter.
  project.git("config", "log.showRoot", "false");
  project.git("config", "color.ui", "always");
  project.git("config", "diff.renames", "copies");
  assertEquals((await scan("--history=50")).length, 3);
  const json = JSON.parse((await project.kca("scan", "--history=50", "--json")).stdout);
  assertEquals(json.found[1], {
    ...{ file: "a b.txt", line: 2, commit: second },
    ...{ name: "TOKEN", profiles: ["dev"], form: "plain" },
  });
  for (const wrong of ["0", "-1", "x", ""]) {
    assertEquals((await project.kca("scan", `--history=${wrong}`)).code, 2);
  }
});

test("kca scan reads the changes of a merge commit itself", async () => {
  await using project = await ScannedProject.make();
  project.commit("one");
  project.git("checkout", "--quiet", "-b", "side");
  project.write({ "side.txt": "side" });
  project.commit("side");
  project.git("checkout", "--quiet", "-");
  project.write({ "main.txt": "main" });
  project.commit("main");
  project.git("merge", "--quiet", "--no-commit", "side");
  project.write({ "evil.txt": TOKEN });
  const merge = project.commit("merge");
  const { stdout } = await project.kca("scan", "--history", "1", "--quiet");
  assertEquals(stdout, `${merge.slice(0, 12)}:evil.txt:1: TOKEN (dev)\n`);
});

test("kca scan works in linked worktrees, each with its own index", async () => {
  await using project = await ScannedProject.make();
  project.commit("one");
  project.git("worktree", "add", "--quiet", "-b", "other", "tree");
  assertEquals((await project.kcaIn("tree", {}, "allow")).code, 0);
  project.write({ "tree/a.txt": TOKEN });
  const scan = async (folder: string, ...args: string[]): Promise<string> =>
    (await project.kcaIn(folder, {}, "scan", "--quiet", ...args)).stdout;
  assertEquals(await scan("tree"), "a.txt:1: TOKEN (dev)\n");
  // It is seen from the repository around it too.
  assertEquals(await scan("."), "tree/a.txt:1: TOKEN (dev)\n");
  project.git("-C", "tree", "add", "a.txt");
  assertEquals(await scan("tree", "--staged"), "a.txt:1: TOKEN (dev)\n");
  assertEquals((await project.kca("scan", "--staged")).code, 5);
});

test("kca scan skips submodules in the index and reads their files", async () => {
  await using project = await ScannedProject.make();
  project.commit("one");
  const other = join(project.path, "..", "other");
  mkdirSync(other);
  project.git("-C", other, "init", "--quiet");
  project.write({ "../other/lib.txt": TOKEN });
  project.git("-C", other, "add", "--all");
  project.git("-C", other, "commit", "--quiet", "--message", "lib");
  project.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other, "lib");
  const staged = await project.kca("scan", "--staged", "--quiet");
  assertEquals([staged.code, staged.stdout], [0, ""]);
  project.commit("two");
  const history = await project.kca("scan", "--history", "1", "--quiet");
  assertEquals([history.code, history.stdout], [0, ""]);
  const { stdout } = await project.kca("scan", "--quiet");
  assertEquals(stdout, "lib/lib.txt:1: TOKEN (dev)\n");
});

test("kca scan without git scans every file, and reports what it cannot do", async () => {
  await using project = await ScannedProject.make();
  project.write({ ".gitignore": "*.log", "a.log": TOKEN });
  const without = { PATH: project.path, Path: project.path };
  const { code, stdout } = await project.kcaIn(".", without, "scan", "--quiet");
  assertEquals([code, stdout], [1, "a.log:1: TOKEN (dev)\n"]);
  const staged = await project.kcaIn(".", without, "scan", "--staged");
  assertEquals(staged.code, 2);
  assertStringIncludes(staged.stderr, "There is no git");
});

test("kca scan --staged outside of a repository is an error in words", async () => {
  await using project = await ScannedProject.make({ git: false });
  const { code, stderr } = await project.kcaIn(
    ".",
    { GIT_CEILING_DIRECTORIES: join(project.path, "..") },
    ...["scan", "--staged"],
  );
  assertEquals(code, 5);
  assertStringIncludes(stderr, "kca: git diff failed");
});
