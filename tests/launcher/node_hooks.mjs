/**
 * Lets Node run the sources of the suite, used as `node --import ./tests/launcher/node_hooks.mjs`:
 * resolves what the import map of Deno names, and on Node 22, which strips types but has no `using`,
 * lowers the syntax.
 */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

const lowers = Number.parseInt(process.versions.node, 10) < 24;
const { transformSync } = lowers ? await import("esbuild") : {};

registerHooks({
  resolve(specifier, context, nextResolve) {
    const [, name] = /^@std\/(.+)$/.exec(specifier) ?? [];
    return nextResolve(name === undefined ? specifier : `deno-std/${name}/mod.js`, context);
  },
  load(url, context, nextLoad) {
    if (!lowers || !url.endsWith(".ts") || url.includes("/node_modules/")) {
      return nextLoad(url, context);
    }
    const { code } = transformSync(readFileSync(fileURLToPath(url), "utf8"), {
      loader: "ts",
      target: "node22",
      sourcefile: url,
      sourcemap: "inline",
    });
    return { format: "module", source: code, shortCircuit: true };
  },
});
