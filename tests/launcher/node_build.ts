/**
 * Builds test files and all fixtures for Node, which runs no TypeScript before version 22.18.
 * Shared code goes into chunks, so that what is imported dynamically stays unloaded until then.
 *
 * Usage: `node_build.ts OUTDIR TEST_FILE…`, with the repository root as working directory.
 */
import { readdirSync } from "node:fs";
import process from "node:process";
import { build } from "esbuild";

const [outdir, ...files] = process.argv.slice(2);
const fixtures = readdirSync("tests/fixtures", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => `tests/fixtures/${name}`);

await build({
  entryPoints: [...files, ...fixtures],
  outdir,
  outbase: "tests",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  sourcemap: "linked",
  external: ["bun:*"],
  logLevel: "warning",
  // Bundled CommonJS packages call require for Node's own modules.
  banner: {
    js:
      'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
});
process.exit(0); // esbuild's service process would keep Deno waiting
