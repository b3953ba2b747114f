/**
 * Uses the packed package as a stranger would: installed in an empty folder, compiled by the versions
 * of TypeScript that people have, run from each runtime, bundled by Vite and compiled by Bun.
 *
 * Usage: `deno run -A tests/checks/consumer.ts`, after `deno task build`.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { startDaemon } from "../../testing/mod.ts";
import { mustRun } from "../launcher/process.ts";
import { installProgram, prepareRuntime } from "../launcher/runtimes.ts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const cache = join(root, ".cache", "runtimes");
const folder = mkdtempSync(join(tmpdir(), "kca-consumer-"));
const run = async (command: string[], env: Record<string, string> = {}): Promise<string> =>
  await mustRun(command, {
    cwd: folder,
    env: { ...process.env as Record<string, string>, ...env },
  });

const { name, exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  name: string;
  exports: Record<string, unknown>;
};
const entries = Object.keys(exports).filter((key) => !key.endsWith(".json"));

/** Installs what would be published, and nothing else. */
async function install(): Promise<void> {
  const packed = await mustRun(
    ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", folder],
    { cwd: root },
  );
  writeFileSync(join(folder, "package.json"), '{ "type": "module", "private": true }\n');
  const tarball = join(folder, packed.trim().split("\n").at(-1)!);
  await run(["npm", "install", "--silent", "--offline", "--no-audit", "--no-fund", tarball]);
}

/** Every entry in each compiler, without the types of the DOM or of a runtime. */
async function compile(): Promise<void> {
  const lines = entries.map((key, index) =>
    key === "./cli" || key === "./env"
      ? `import "${name}${key.slice(1)}";\n`
      : `export * as entry${index} from "${name}${key.slice(1)}";\n`
  );
  writeFileSync(join(folder, "types.ts"), lines.join(""));
  for (const version of ["5.4.5", "5.9.3", "6.0.3", "7.0.2"]) {
    const tsc = await compiler(version);
    for (const [module, moduleResolution] of [["nodenext", "nodenext"], ["esnext", "bundler"]]) {
      const compilerOptions = {
        ...{ target: "es2022", lib: ["ES2022"], types: [], module, moduleResolution },
        ...{ strict: true, noEmit: true, skipLibCheck: false },
        ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
      };
      const config = JSON.stringify({ compilerOptions, files: ["types.ts"] });
      writeFileSync(join(folder, "tsconfig.json"), config);
      await run(["node", tsc, "-p", "tsconfig.json"]);
      console.log(`ok   ${entries.length} entries compile with TypeScript ${version}, ${module}`);
    }
  }
}

async function compiler(version: string): Promise<string> {
  return await installProgram("typescript", version, "tsc", cache);
}

/** README's first program on each runtime, and what Vite and Bun make of it. */
async function use(): Promise<void> {
  const [, example = ""] = /```ts\n([\s\S]*?)```/.exec(
    readFileSync(join(root, "README.md"), "utf8"),
  ) ?? [];
  const [, expected = ""] = /console\.log\(.*\/\/ (.*)$/m.exec(example) ?? [];
  writeFileSync(join(folder, "example.ts"), example);
  writeFileSync(
    join(folder, "load.cjs"),
    `if (typeof require("${name}").connect !== "function") throw new Error("no connect");\n` +
      `if (typeof require("${name}/keytar").getPassword !== "function") throw new Error("no keytar");\n`,
  );
  await using daemon = await startDaemon();
  const env = { KEYCHAIN_AUTH_SOCKET: daemon.endpoint, NODE_NO_WARNINGS: "1" };
  const check = async (what: string, command: string[]): Promise<void> => {
    const output = await run(command, env);
    if (output.trim() !== expected) throw new Error(`${what} printed ${output}`);
    console.log(`ok   README's first program, ${what}`);
  };
  const [bun, node22, node24, node26] = await Promise.all(
    ["bun", "node22", "node24", "node26"].map(async (id) => (await prepareRuntime(id, cache)).exec),
  );
  await check("Node 22", [node22!, "example.ts"]);
  await check("Node 24", [node24!, "example.ts"]);
  await check("Node 26", [node26!, "example.ts"]);
  await check("Bun", [bun!, "example.ts"]);
  await check("Deno", [process.execPath, "run", "-A", "example.ts"]);
  await run([node22!, "load.cjs"], env);
  await run([bun!, "load.cjs"], env);
  console.log("ok   require() on Node 22 and Bun");
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  await run([node22!, vite, "build", "--logLevel", "error", "--ssr", "example.ts"]);
  await check("built by Vite", [node22!, "dist/example.js"]);
  await run([bun!, "build", "--compile", "example.ts", "--outfile", "program"]);
  await check("compiled by Bun", [join(folder, "program")]);
}

mkdirSync(cache, { recursive: true });
try {
  await install();
  await compile();
  await use();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
