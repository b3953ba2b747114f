/** The commands of docs/import.md, typed in a terminal as they are printed there. */
import { assert, assertEquals } from "@std/assert";
import { chmodSync, mkdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { repoPath, test } from "../harness.ts";
import { envFolder } from "../support/env_folder.ts";
import { daemonWith, kcaCommand } from "../support/kca.ts";
import { hasTerminal, runInTerminal, type Step } from "../support/terminal.ts";

const page = readFileSync(repoPath("docs", "import.md"), "utf8");
const [moved, made] = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block!);
const plan = /^```text\n(.*?)^```$/ms.exec(page)![1]!;

const ENV = "DATABASE_URL=postgres://db\nOPENAI_KEY=sk-1\nPORT=5432\n";

async function type(block: string, steps: Step[], dotenv?: string) {
  await using daemon = await daemonWith({});
  using at = envFolder(daemon, dotenv);
  const programs = {
    kca: `exec ${kcaCommand([]).map((word) => `'${word}'`).join(" ")} "$@"`,
    node: 'test "$DATABASE_URL$PORT" = postgres://db5432 && echo "started $1"',
    npm: 'test "$DATABASE_URL$API_KEY" = first"second" && echo "started $1"',
  };
  mkdirSync(at.at("bin"));
  for (const [name, script] of Object.entries(programs)) {
    at.write(`bin/${name}`, `#!/bin/sh\n${script}\n`);
    chmodSync(at.at("bin", name), 0o755);
  }
  if (dotenv !== undefined) at.write(".env.production", "");
  const { code, output } = await runInTerminal(
    ["/bin/sh", "-c", `set -eu\n${block}`],
    steps,
    { ...at.env, KEYCHAIN_AUTH_SERVICE: undefined, PATH: `${at.at("bin")}:${process.env.PATH}` },
    { cwd: at.path, timeout: 100 },
  );
  assertEquals(code, 0, output);
  return output.replaceAll("\r\n", "\n").replaceAll(at.path, "/home/ann/my-app");
}

const answer = (question: string, text: string): Step[] => [
  { expect: question },
  { pause: 0.2 },
  { send: `${text}\r` },
];

test(
  "a .env is imported by the commands of docs/import.md, with the plan shown there",
  async () => {
    const output = await type(moved!, answer("Go on?", "y"), ENV);
    assert(output.includes(plan), output);
    assert(output.includes("started app.js"), output);
  },
  { skip: !hasTerminal, timeout: 120_000 },
);

test("a project is made by the commands of docs/import.md", async () => {
  const output = await type(made!, [
    ...answer("DATABASE_URL (hidden)", "first"),
    ...answer("API_KEY (hidden)", "second"),
  ]);
  assert(output.includes("started start"), output);
}, { skip: !hasTerminal, timeout: 120_000 });
