import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { type FixtureResult, runCommand, test } from "../harness.ts";
import { kcaCommand, kcaEnv } from "../support/kca.ts";
import { ScannedProject, SECRETS } from "../support/scanned.ts";

const { "p:dev:TOKEN": TOKEN } = SECRETS;
const LINE = 'PATH="$PATH:$PWD/node_modules/.bin"; ' +
  "git diff --cached --quiet --diff-filter=d || kca scan --staged";

/** Commits what is staged, with `kca` in the PATH. */
async function commit(project: ScannedProject, ...args: string[]): Promise<FixtureResult> {
  const bin = join(project.path, "..", "bin");
  project.write({ "../bin/kca": `#!/bin/sh\nexec ${kcaCommand([]).join(" ")} "$@"\n` });
  chmodSync(join(bin, "kca"), 0o755);
  return await runCommand(["git", "commit", "--message", "x", ...args], {
    cwd: project.path,
    env: { ...project.env, ...kcaEnv(project.daemon), PATH: `${bin}:${process.env.PATH}` },
  });
}

function text(project: ScannedProject, file: string): string {
  return readFileSync(join(project.path, file), "utf8");
}

async function install(project: ScannedProject, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await project.kca("scan", "--install-hook", ...args);
  assertEquals([code, stdout], [0, ""], stderr);
  return stderr;
}

/** Sees that a commit with a secret is refused, and that others are not. */
async function checkRefuses(project: ScannedProject): Promise<void> {
  project.write({ "a.txt": `x\n${TOKEN}` });
  project.git("add", "--all");
  const refused = await commit(project);
  assertEquals(refused.code, 1);
  assertStringIncludes(refused.stdout + refused.stderr, "a.txt:2: TOKEN (dev)");
  project.write({ "a.txt": "x" });
  project.git("add", "--all");
  const done = await commit(project);
  assertEquals(done.code, 0, done.stderr);
  // Nothing but a message, and nothing but a deletion.
  assertEquals((await commit(project, "--amend")).code, 0);
  project.git("rm", "--quiet", "a.txt");
  assertEquals((await commit(project)).code, 0);
}

test("kca scan --install-hook makes git refuse a commit with a secret", async () => {
  await using project = await ScannedProject.make();
  assertStringIncludes(await install(project), "Each commit is scanned now");
  assertStringIncludes(await install(project), "Each commit is already scanned");
  await checkRefuses(project);
  // With --all git hands the hook an index of its own.
  project.write({ "b.txt": "x" });
  project.git("add", "--all");
  assertEquals((await commit(project)).code, 0);
  project.write({ "b.txt": TOKEN });
  assertEquals((await commit(project, "--all")).code, 1);
});

test("kca scan --install-hook keeps an existing hook, and runs before it", async () => {
  await using project = await ScannedProject.make();
  const hook = join(project.path, ".git/hooks/pre-commit");
  writeFileSync(hook, "#!/usr/bin/env bash\necho old hook\nexit 0\n");
  await install(project);
  await checkRefuses(project);
  const lines = readFileSync(hook, "utf8").split("\n");
  assertEquals([lines[0], ...lines.slice(-3)], [
    "#!/usr/bin/env bash",
    "echo old hook",
    "exit 0",
    "",
  ]);
  writeFileSync(hook, "#!/usr/bin/env python3\nprint('x')\n");
  const { code, stderr } = await project.kca("scan", "--install-hook");
  assertEquals(code, 5);
  assertStringIncludes(stderr, `is not a shell script`);
  assertStringIncludes(stderr, LINE);
  assertEquals(readFileSync(hook, "utf8"), "#!/usr/bin/env python3\nprint('x')\n");
});

test("kca scan --install-hook writes where core.hooksPath says, and names a project below", async () => {
  await using project = await ScannedProject.make();
  project.git("config", "core.hooksPath", "my hooks");
  project.write({ "apps/one's/kca.json": text(project, "kca.json") });
  assertEquals((await project.kca("allow", "--project", "apps/one's/kca.json")).code, 0);
  await install(project, "--project", "apps/one's/kca.json");
  assertStringIncludes(
    text(project, "my hooks/pre-commit"),
    `${LINE} --project 'apps/one'\\''s/kca.json' || exit 1\n`,
  );
  assert((statSync(join(project.path, "my hooks/pre-commit")).mode & 0o100) !== 0);
  await checkRefuses(project);
});

test("kca scan --install-hook writes no hook for all repositories of a user", async () => {
  await using project = await ScannedProject.make();
  project.git("config", "--global", "core.hooksPath", "../shared");
  const { code, stderr } = await project.kca("scan", "--install-hook");
  assertEquals(code, 5);
  assertStringIncludes(stderr, "core.hooksPath makes all your repositories use the hooks in");
  assertStringIncludes(stderr, LINE);
  assertEquals(existsSync(join(project.path, "../shared")), false);
});

test("kca scan --install-hook from a linked worktree is for all of them", async () => {
  await using project = await ScannedProject.make();
  project.commit("one");
  project.git("worktree", "add", "--quiet", "-b", "other", "../tree");
  assertEquals((await project.kcaIn("../tree", {}, "allow")).code, 0);
  assertEquals((await project.kcaIn("../tree", {}, "scan", "--install-hook")).code, 0);
  await checkRefuses(project);
});

test("kca scan --install-hook adds to the hook of husky", async () => {
  await using project = await ScannedProject.make();
  // As `husky` leaves it.
  project.write({
    ".husky/pre-commit": "npm test\n",
    ".husky/_/pre-commit": '#!/bin/sh\nsh -e "$(dirname "$0")/../pre-commit"\n',
  });
  chmodSync(join(project.path, ".husky/_/pre-commit"), 0o755);
  project.git("config", "core.hooksPath", ".husky/_");
  await install(project);
  assertStringIncludes(text(project, ".husky/pre-commit"), `${LINE} || exit 1\nnpm test\n`);
  assert(!text(project, ".husky/pre-commit").includes("#!"));
  project.write({
    ".husky/pre-commit": text(project, ".husky/pre-commit").replace("npm test", ""),
  });
  await checkRefuses(project);
  // A clone in which husky was not installed yet.
  await using clone = await ScannedProject.make();
  clone.write({ ".husky/commit-msg": "true\n" });
  assertStringIncludes(await install(clone), "after you type: npx husky");
  assertStringIncludes(clone.git("status", "--short", "-uall"), ".husky/pre-commit");
});

test("kca scan --install-hook adds to the file of lefthook", async () => {
  await using project = await ScannedProject.make();
  const added = async (file: string, before: string): Promise<string> => {
    project.write({ [file]: before });
    assertStringIncludes(await install(project), "after you type: lefthook install");
    const after = text(project, file);
    assertStringIncludes(await install(project), "already");
    assertEquals(text(project, file), after);
    return after;
  };
  const run = `run: ${JSON.stringify(LINE)}\n`;
  const file = "lefthook.yml";
  assertEquals(await added(file, ""), `pre-commit:\n  commands:\n    kca-scan:\n      ${run}`);
  assertEquals(
    await added(file, "# mine\npre-push:\n  commands:\n    a:\n      run: b"),
    "# mine\npre-push:\n  commands:\n    a:\n      run: b\n\n" +
      `pre-commit:\n  commands:\n    kca-scan:\n      ${run}`,
  );
  assertEquals(
    await added(
      file,
      "pre-commit: # here\n    parallel: true\n\n    commands:\n        # first\n        a:\n" +
        "            run: b\n\npre-push:\n    commands:\n        c:\n            run: d\n",
    ),
    "pre-commit: # here\n    parallel: true\n\n    commands:\n        # first\n" +
      `        kca-scan:\n            ${run}        a:\n            run: b\n\n` +
      "pre-push:\n    commands:\n        c:\n            run: d\n",
  );
  assertEquals(
    await added(file, "pre-commit:\n  jobs:\n    - name: a\n      run: b\n"),
    `pre-commit:\n  jobs:\n    - name: kca-scan\n      ${run}    - name: a\n      run: b\n`,
  );
  for (
    const other of ["pre-commit: { commands: { a: { run: b } } }\n", '"pre-commit":\n  x: y\n']
  ) {
    project.write({ [file]: other });
    const { code, stderr } = await project.kca("scan", "--install-hook");
    assertEquals(code, 5);
    assertStringIncludes(stderr, run.trim());
    assertEquals(text(project, file), other);
  }
});
