/**
 * Lays out what JSR gets in `.cache/jsr/`, after `deno task build`: the library and the command as they
 * were built, because Deno takes half as long to load them as to load the sources. Release with
 * `deno publish` there; `--check` only tries that.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { runProcess } from "../tests/launcher/process.ts";

interface Manifest {
  exports: Record<string, string>;
  publish: { include: string[] };
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, ".cache", "jsr");
const dist = join(folder, "dist");
const manifest = JSON.parse(readFileSync(join(root, "jsr.json"), "utf8")) as Manifest;

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const path of [...manifest.publish.include, "dist"]) {
  cpSync(join(root, path), join(folder, path), { recursive: true });
}
for (const name of readdirSync(dist)) {
  const path = join(dist, name);
  const text = readFileSync(path, "utf8");
  // Deno looks for the types of a module where the module says, and takes no other name for a file.
  // JSR takes no reference to a library, and Deno has it without one.
  if (name.endsWith(".d.ts")) {
    const declarations = text.replace(/^\/\/\/ <reference lib=.*\n/gm, "");
    writeFileSync(path, declarations.replace(/(from ".+)\.js";/g, '$1.d.ts";'));
  }
}
for (const [key, source] of Object.entries(manifest.exports)) {
  const name = key === "." ? "mod" : key.slice(2);
  const path = join(dist, `${name}.js`);
  const documentation = /^\/\*\*[\s\S]*?\*\/\n/m.exec(readFileSync(join(root, source), "utf8"))![0];
  const types = join(dist, `${name}.d.ts`);
  const [, shebang = "", code] = /^(#!.*\n)?([\s\S]*)$/.exec(readFileSync(path, "utf8"))!;
  writeFileSync(path, `${shebang}// @ts-self-types="./${name}.d.ts"\n${code}`);
  writeFileSync(types, documentation + readFileSync(types, "utf8"));
  manifest.exports[key] = `./dist/${name}.js`;
}
manifest.publish.include.push("dist");
writeFileSync(join(folder, "jsr.json"), JSON.stringify(manifest, null, 2) + "\n");

const flags = process.argv.includes("--check") ? ["--dry-run", "--allow-dirty"] : [];
const { code } = await runProcess([process.execPath, "publish", ...flags], {
  cwd: folder,
  inherit: true,
});
process.exit(code);
