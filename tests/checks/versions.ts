/** Checks that the three manifests describe the same package. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Manifest {
  name?: string;
  version?: string;
  license?: string;
  exports?: Record<string, unknown>;
  imports?: Record<string, string>;
  devDependencies?: Record<string, string>;
  publish?: { include?: string[] };
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/** The entries that are also built for `require`. */
const COMMONJS: readonly string[] = ["./keytar"];

/** Lists what differs between deno.json, jsr.json, package.json and CHANGELOG.md in a folder. */
export function checkVersions(root: string): string[] {
  const problems: string[] = [];
  const deno = readManifest(root, "deno.json");
  const jsr = readManifest(root, "jsr.json");
  const npm = readManifest(root, "package.json");

  for (const key of ["name", "version", "license"] as const) {
    for (const [file, manifest] of [["jsr.json", jsr], ["package.json", npm]] as const) {
      if (manifest[key] !== deno[key]) {
        problems.push(`${file} has ${key} "${manifest[key]}", deno.json has "${deno[key]}"`);
      }
    }
  }
  if (JSON.stringify(deno.exports) !== JSON.stringify(jsr.exports)) {
    problems.push("deno.json and jsr.json have different exports");
  }
  problems.push(...checkExports(root, deno, npm));
  problems.push(...checkImports("deno.json", deno, npm), ...checkImports("jsr.json", jsr, npm));
  for (const key of ["dependencies", "optionalDependencies", "peerDependencies"] as const) {
    const names = Object.keys(npm[key] ?? {});
    if (names.length > 0) problems.push(`package.json has ${key}: ${names.join(", ")}`);
  }
  const included = (manifest: Manifest, own: string): string =>
    (manifest.publish?.include ?? []).filter((path) => path !== own).sort().join(" ");
  if (included(deno, "deno.json") !== included(jsr, "jsr.json")) {
    problems.push("deno.json and jsr.json publish different files");
  }
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Manifest;
  if (lock.version !== npm.version || lock.name !== npm.name) {
    problems.push(`package-lock.json is for ${lock.name} ${lock.version}: run npm install`);
  }
  const changes = readFileSync(join(root, "CHANGELOG.md"), "utf8");
  if (!changes.split("\n").some((line) => line.startsWith(`## ${deno.version}`))) {
    problems.push(`CHANGELOG.md has no section for ${deno.version}`);
  }
  return problems;
}

function checkExports(root: string, deno: Manifest, npm: Manifest): string[] {
  const problems: string[] = [];
  // Data files are npm's alone: JSR exports modules.
  const npmExports = Object.fromEntries(
    Object.entries(npm.exports ?? {}).filter(([key]) => !key.endsWith(".json")),
  );
  const denoExports = deno.exports ?? {};
  const keys = Object.keys(denoExports).join(" ");
  if (keys !== Object.keys(npmExports).join(" ")) {
    problems.push(`package.json exports ${Object.keys(npmExports).join(" ")}, deno.json ${keys}`);
  }
  for (const [key, source] of Object.entries(denoExports)) {
    if (!existsSync(join(root, String(source)))) problems.push(`${key} names a missing ${source}`);
  }
  for (const [key, target] of Object.entries(npmExports)) {
    const name = key === "." ? "mod" : key.slice(2);
    const built = { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` };
    const required = { types: `./dist/${name}.d.cts`, default: `./dist/${name}.cjs` };
    const expected = COMMONJS.includes(key) ? { import: built, require: required } : built;
    if (JSON.stringify(target) !== JSON.stringify(expected)) {
      problems.push(`package.json should export ${key} as ${JSON.stringify(expected)}`);
    }
  }
  return problems;
}

/** What Deno and JSR take from npm has to be what the tests and the npm package were made with. */
function checkImports(file: string, manifest: Manifest, npm: Manifest): string[] {
  return Object.values(manifest.imports ?? {}).flatMap((specifier) => {
    const [, name, version] = /^npm:(@?[^@]+)@([^/]+)/.exec(specifier) ?? [];
    const own = npm.devDependencies?.[name ?? ""];
    return version === own ? [] : [`${file} imports ${specifier}, package.json has ${own}`];
  });
}

function readManifest(root: string, name: string): Manifest {
  return JSON.parse(readFileSync(join(root, name), "utf8")) as Manifest;
}
