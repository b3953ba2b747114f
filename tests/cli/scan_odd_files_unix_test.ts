import { assertEquals, assertStringIncludes } from "@std/assert";
import { spawnSync } from "node:child_process";
import { chmodSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { runtime, test } from "../harness.ts";
import { ScannedProject, SECRETS } from "../support/scanned.ts";

const { "p:dev:TOKEN": TOKEN } = SECRETS;
const isRoot = process.getuid!() === 0;

/** Makes a file whose name is written as printf(1) has it. */
function makeNamed(folder: string, name: string, content: string): void {
  const script = 'printf %s "$2" > "$(printf "$1")"';
  assertEquals(spawnSync("sh", ["-c", script, "sh", name, content], { cwd: folder }).status, 0);
}

for (const git of [true, false]) {
  const where = git ? "in a repository" : "outside of one";

  test(`kca scan does not wait for pipes, nor follow links, ${where}`, async () => {
    await using project = await ScannedProject.make({ git });
    project.write({ "../outside.txt": TOKEN });
    symlinkSync("../outside.txt", join(project.path, "link"));
    symlinkSync("..", join(project.path, "up"));
    symlinkSync(`x-${TOKEN}`, join(project.path, "says"));
    assertEquals(spawnSync("mkfifo", [join(project.path, "fifo")]).status, 0);
    const { code, stdout } = await project.kca("scan", "--quiet");
    assertEquals([code, stdout], [1, "says:1: TOKEN (dev)\n"]);
    // What is named is meant.
    assertEquals((await project.kca("scan", "--quiet", "link")).stdout, "link:1: TOKEN (dev)\n");
    const fifo = await project.kca("scan", "fifo");
    assertEquals(fifo.code, 2);
    assertStringIncludes(fifo.stderr, '"fifo" is neither a file nor a folder');
  });

  test(`kca scan says what it cannot read, ${where}`, async () => {
    await using project = await ScannedProject.make({ git });
    project.write({ "a.txt": TOKEN, "closed/b.txt": "x", "c.txt": "x" });
    chmodSync(join(project.path, "a.txt"), 0);
    chmodSync(join(project.path, "closed"), 0);
    const { code, stdout, stderr } = await project.kca("scan", "--quiet");
    const inClosed = await project.kca("scan", "closed/b.txt");
    assertEquals(inClosed.code, 5);
    assertStringIncludes(inClosed.stderr, 'Cannot read "closed/b.txt": EACCES');
    chmodSync(join(project.path, "closed"), 0o700);
    assertEquals([code, stdout], [5, ""]);
    assertStringIncludes(stderr, 'Cannot read "a.txt": EACCES\n');
    assertStringIncludes(stderr, git ? '"closed/": Permission denied' : '"closed": EACCES');
    project.write({ "c.txt": TOKEN });
    const json = await project.kca("scan", "--json");
    assertEquals(json.code, 1);
    assertEquals(JSON.parse(json.stdout).unread, [{ file: "a.txt", reason: "EACCES" }]);
  }, { skip: isRoot });

  test(`kca scan reads files with any name and shows it printably, ${where}`, async () => {
    await using project = await ScannedProject.make({ git });
    makeNamed(project.path, "b\\377d.txt", TOKEN);
    makeNamed(project.path, "c\\033[31m\\nd.txt", TOKEN);
    makeNamed(project.path, "é \\342\\200\\256.txt", TOKEN);
    const { code, stdout, stderr } = await project.kca("scan");
    const found = stdout.split("\n").slice(0, -1).sort();
    const others = ["c\\u001b[31m\\u000ad.txt:1: TOKEN (dev)", "é \\u202e.txt:1: TOKEN (dev)"];
    // Deno has no way to learn such a name but from git, and none to open it but by libc.
    if (runtime === "deno" && !git) {
      assertStringIncludes(stderr, "Cannot read");
      assertEquals(found, others);
    } else assertEquals(found, ["b\\xffd.txt:1: TOKEN (dev)", ...others]);
    assertEquals(code, 1);
  }, { skip: process.platform === "darwin" });
}

test("kca scan does not wait where git tracks a file that has become a pipe", async () => {
  await using project = await ScannedProject.make();
  project.write({ "a.txt": "x" });
  project.git("add", "--all");
  unlinkSync(join(project.path, "a.txt"));
  assertEquals(spawnSync("mkfifo", [join(project.path, "a.txt")]).status, 0);
  assertEquals((await project.kca("scan", "--quiet")).code, 0);
});

test("kca scan skips tracked files that were deleted", async () => {
  await using project = await ScannedProject.make();
  project.write({ "a.txt": "x", "b.txt": "x" });
  project.git("add", "--all");
  unlinkSync(join(project.path, "a.txt"));
  const { code, stderr } = await project.kca("scan");
  assertEquals(code, 0);
  assertStringIncludes(stderr, "2 files scanned");
  // Not gone, but out of reach.
  project.write({ "d/e.txt": "x" });
  project.git("add", "--all");
  rmSync(join(project.path, "d"), { recursive: true });
  symlinkSync("d", join(project.path, "d"));
  const unread = await project.kca("scan");
  assertEquals(unread.code, 5);
  assertStringIncludes(unread.stderr, 'Cannot read "d/e.txt": ELOOP');
});
