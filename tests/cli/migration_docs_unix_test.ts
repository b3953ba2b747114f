/**
 * The shell commands of docs/migration, page by page as they stand there, against a daemon. The other
 * tools are played by scripts that print two secrets in the tool's form.
 */
import { assert, assertEquals } from "@std/assert";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { startDaemon } from "../../testing/mod.ts";
import { repoPath, runCommand, test } from "../harness.ts";
import { kcaCommand, posix, temporaryFolder } from "../support/kca.ts";

const LINES = "printf 'API_KEY=k-123\\nDATABASE_URL=postgres://db\\n'";
const json = (more: string) => `echo '{"API_KEY":"k-123","DATABASE_URL":"postgres://db"${more}}'`;

/** What stands in for each tool. The program that is started needs both secrets. */
const TOOLS: Record<string, string> = {
  // A busy machine takes longer than kca doctor has a user wait.
  kca: 'test "$1" != doctor || set -- "$@" --timeout 60s; ' +
    `exec ${kcaCommand([]).map((word) => `'${word}'`).join(" ")} "$@"`,
  npm: 'test -n "$API_KEY" && test -n "$DATABASE_URL" && echo "started $1"',
  doppler: json(""),
  dotenvx: json(',"DOTENV_PUBLIC_KEY":"02ab"'),
  op: "echo k-123",
  fnox: "echo k-123",
  secretspec: LINES,
  varlock: LINES,
  chamber: LINES,
};

function shellBlocks(page: string): string[] {
  const text = readFileSync(repoPath("docs", "migration", page), "utf8");
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block!);
}

const pages = posix
  ? readdirSync(repoPath("docs", "migration")).filter((page) => shellBlocks(page).length > 0)
  : [];

test("every migration page except those of libraries has commands", () => {
  assertEquals(pages.length, 9);
}, { skip: !posix });

for (const page of pages) {
  test(`the commands in docs/migration/${page} work`, async () => {
    await using daemon = await startDaemon();
    using folder = temporaryFolder();
    const bin = join(folder.path, "bin");
    mkdirSync(bin);
    for (const [name, script] of Object.entries(TOOLS)) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    writeFileSync(join(folder.path, ".env"), "API_KEY=k-123\nDATABASE_URL=postgres://db\n");
    const script = `set -eu\n${shellBlocks(page).join("")}`;
    const { code, stdout, stderr } = await runCommand(["sh", "-c", script], {
      cwd: folder.path,
      timeout: 120_000,
      env: {
        PATH: `${bin}:${process.env.PATH}`,
        KEYCHAIN_AUTH_SOCKET: daemon.endpoint,
        KEYCHAIN_AUTH_SERVICE: "my-app",
        NODE_NO_WARNINGS: "1",
        TMPDIR: folder.path,
        // For what kca allow records.
        HOME: folder.path,
        XDG_CONFIG_HOME: undefined,
      },
    });
    assertEquals(code, 0, stdout + stderr);
    if (page === "README.md") return;
    assert(stdout.includes("started start"), stdout);
    const left = readdirSync(folder.path).filter((name) => /^secrets|^all\.env|^key/.test(name));
    assertEquals(left, []);
  }, { skip: !posix, timeout: 130_000 });
}
