/** The types of loadProject() and withProject(), in each compiler that users have: what compiles, and what it says. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { repoPath, test } from "../harness.ts";
import { runProcess } from "../launcher/process.ts";
import { installProgram } from "../launcher/runtimes.ts";
import { BAD, GOOD, HEAD, JSON_FILES } from "./project_types.ts";

const cache = repoPath(".cache", "runtimes");
const VERSIONS: readonly string[] = ["5.9.3", "6.0.3", "7.0.2"];

const TSCONFIG = {
  compilerOptions: {
    ...{ target: "ES2024", lib: ["ESNext", "DOM"], module: "NodeNext", strict: true, noEmit: true },
    ...{ allowImportingTsExtensions: true, resolveJsonModule: true, skipLibCheck: true },
    ...{ types: ["node"], typeRoots: [repoPath("node_modules", "@types")] },
  },
  include: ["*.ts"],
};

/** A folder with one file that compiles, and one for each mistake. */
function writeProgram(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const head = HEAD.replace(
    /"@keychain-auth\/client\/(\w+)"/g,
    (_, entry) => JSON.stringify(repoPath(entry, "mod.ts")),
  );
  const files: Record<string, string> = {
    "package.json": '{"type":"module"}',
    "tsconfig.json": JSON.stringify(TSCONFIG),
    "good.ts": head + GOOD,
    ...JSON_FILES,
  };
  BAD.forEach(({ code }, at) => files[`bad_${at}.ts`] = `${head}${code}\nexport {};\n`);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

async function checkMessages(command: readonly string[], folder: string): Promise<void> {
  const { code, output } = await runProcess([...command], {
    cwd: folder,
    env: { NO_COLOR: "1" },
    timeout: 120_000,
  });
  assert(code !== 0, output);
  const errors = errorsByFile(output);
  assertEquals(errors.get("good.ts"), undefined, output);
  BAD.forEach(({ what, says }, at) => {
    const error = errors.get(`bad_${at}.ts`);
    assert(error !== undefined, `not refused: ${what}\n${output}`);
    assertMatch(error, says, what);
  });
  assertEquals(errors.size, BAD.length, output);
}

/** What a compiler says of each file: tsc names it before the message, Deno behind it. */
function errorsByFile(output: string): Map<string, string> {
  const errors = new Map<string, string>();
  const add = (file: string, message: string): void => {
    errors.set(file, (errors.get(file) ?? "") + message);
  };
  const tsc = output.split(/^(?=\S+\.ts\(\d+,\d+\): error )/m);
  for (const block of tsc) {
    const [, file] = /^(\S+\.ts)\(/.exec(block) ?? [];
    if (file !== undefined) add(file, block);
  }
  for (const block of output.split(/^(?=TS\d+ \[ERROR\])/m)) {
    const [, file] = /^TS\d[\s\S]*?at file:\S*\/(\w+\.ts):/.exec(block) ?? [];
    if (file !== undefined) add(file, block);
  }
  return errors;
}

async function inFolder(name: string, run: (folder: string) => Promise<void>): Promise<void> {
  const folder = repoPath(".cache", `types-${name}-${process.pid}`);
  try {
    writeProgram(folder);
    await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

for (const version of VERSIONS) {
  test(
    `TypeScript ${version} knows a project's names, and says what is wrong in words`,
    () =>
      inFolder(version, async (folder) => {
        const tsc = await installProgram("typescript", version, "tsc", cache);
        await checkMessages(["node", tsc, "-p", "."], folder);
      }),
    { timeout: 180_000 },
  );
}

test(
  "Deno knows a project's names, and says what is wrong in words",
  () =>
    inFolder("deno", async (folder) => {
      const files = ["good.ts", ...BAD.map((_, at) => `bad_${at}.ts`)];
      await checkMessages([process.execPath, "check", "--no-config", ...files], folder);
    }),
  { timeout: 180_000 },
);
