/**
 * Lets Node run the sources of the suite, used as `node --import ./tests/launcher/node_hooks.mjs`:
 * resolves what the import map of Deno names, and on Node 22, which strips types but has no `using`,
 * lowers the syntax.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire, registerHooks, stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const lowers = Number.parseInt(process.versions.node, 10) < 24;
const usesUsing = /^\s*(?:await )?using \w+ =/m;
const require = createRequire(import.meta.url);
// Newer versions keep there what they have stripped, too.
const { NODE_COMPILE_CACHE: cache } = process.env;

registerHooks({
  resolve(specifier, context, nextResolve) {
    const [, name] = /^@std\/(.+)$/.exec(specifier) ?? [];
    return nextResolve(name === undefined ? specifier : `deno-std/${name}/mod.js`, context);
  },
  load(url, context, nextLoad) {
    if (!lowers || !url.endsWith(".ts") || url.includes("/node_modules/")) {
      return nextLoad(url, context);
    }
    const source = readFileSync(fileURLToPath(url), "utf8");
    return { format: "module", source: kept(url, source), shortCircuit: true };
  },
});

/** What becomes of a source, from the cache when it is there. */
function kept(url, source) {
  if (!cache) return lowered(url, source);
  const digest = createHash("sha256").update(url).update(source).digest("hex");
  const file = join(cache, "lowered", `${digest}.js`);
  try {
    return readFileSync(file, "utf8");
  } catch {
    const code = lowered(url, source);
    try {
      mkdirSync(dirname(file), { recursive: true });
      // Complete or absent: other processes read it, too.
      writeFileSync(`${file}.${process.pid}`, code);
      renameSync(`${file}.${process.pid}`, file);
    } catch {
      // Another user, or without the permission: it only takes longer.
    }
    return code;
  }
}

function lowered(url, source) {
  if (!usesUsing.test(source)) return stripTypeScriptTypes(source);
  // Only where it is needed: esbuild keeps a child process, which a program under test must not have.
  const { code } = require("esbuild").transformSync(source, {
    loader: "ts",
    target: "node22",
    sourcefile: url,
    sourcemap: "inline",
  });
  return code;
}
