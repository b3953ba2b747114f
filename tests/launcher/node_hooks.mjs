/**
 * Lets Node run the sources of the suite, used as `node --import ./tests/launcher/node_hooks.mjs`:
 * resolves what the import map of Deno names, and on Node 22, which strips types but has no `using`,
 * lowers the syntax.
 */
import { readFileSync } from "node:fs";
import { createRequire, registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

const lowers = Number.parseInt(process.versions.node, 10) < 24;
const usesUsing = /^\s*(?:await )?using \w+ =/m;
const require = createRequire(import.meta.url);

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
    if (!usesUsing.test(source)) return nextLoad(url, context);
    // Only where it is needed: esbuild keeps a child process, which a program under test must not have.
    const { code } = require("esbuild").transformSync(source, {
      loader: "ts",
      target: "node22",
      sourcefile: url,
      sourcemap: "inline",
    });
    return { format: "module", source: code, shortCircuit: true };
  },
});
