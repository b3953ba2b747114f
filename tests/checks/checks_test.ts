import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { repoPath, test } from "../harness.ts";
import { checkFileSizes } from "./file_sizes.ts";
import { checkPurity, type PurityResult } from "./purity.ts";
import { checkRegistryHosts } from "./registry_hosts.ts";
import { checkVersions } from "./versions.ts";
import { withFiles } from "./with_files.ts";

function purityOf(files: Record<string, string>): PurityResult {
  return withFiles(files, (folder) =>
    checkPurity(folder, {
      entry: "src/mod.ts",
      core: "src/",
      runtime: "src/runtime.ts",
      clock: "src/clock.ts",
    }));
}

test("checkPurity() accepts a core that keeps to itself", () => {
  const { files, problems } = purityOf({
    "src/mod.ts": `// node: and dlopen and Deno in a comment
      import { x } from "./a.ts";
      export type { T } from "./types.ts";
      export const y = { process: x, node: 1 }.process;
      await import("./late.ts");`,
    "src/a.ts": `import { deno } from "./runtime.ts"; export const x: number = deno ? 1 : 2;`,
    "src/types.ts": `export interface T { console: string }`,
    "src/late.ts": `export const z = new TextEncoder();`,
    "src/runtime.ts": `export const deno = (globalThis as any).Deno;`,
  });
  assertEquals(problems, []);
  assertEquals(files.length, 5);
});

const breaches: Record<string, [code: string, message: string]> = {
  "a static import that leaves the core": [`import "../ffi/x.ts";`, "leaves the core"],
  "a type import that leaves the core": [
    `import type { X } from "../ffi/x.ts"; export type Y = X;`,
    "leaves the core",
  ],
  "an inline type import that leaves the core": [
    `export type Y = import("../ffi/x.ts").X;`,
    "leaves the core",
  ],
  "a dynamic import that leaves the core": [`await import("../ffi/x.ts");`, "leaves the core"],
  "a re-export that leaves the core": [`export * from "../ffi/x.ts";`, "leaves the core"],
  "a folder whose name begins alike": [`import "../src2/x.ts";`, "leaves the core"],
  "an import of a package": [`import "@std/assert";`, `imports "@std/assert"`],
  "an import of a node module": [`import "node:net";`, `imports "node:net"`],
  "an import by a computed name": [`await import("./" + "x.ts");`, "not a literal"],
  "a native module in a string": [`export const s = "bun:ffi";`, `contains "bun:ffi"`],
  "a native module in a template": ["export const s = `node:${1}`;", `contains "node:"`],
  "a native library": [`export const f = (d: any) => d.dlopen("libc");`, "mentions dlopen"],
  "a way around imports": [`process.getBuiltinModule("x");`, "mentions getBuiltinModule"],
  "a runtime global": [`console.log(1);`, "looks at console"],
  "a runtime global in shorthand": [`export const o = { Deno };`, "looks at Deno"],
  "a runtime global's type": [`export type P = Deno.PointerValue;`, "looks at Deno"],
  "the module's own address": [`export const u = import.meta.url;`, "import.meta"],
  "a missing file": [`import "./gone.ts";`, "src/gone.ts does not exist"],
};

for (const [name, [code, message]] of Object.entries(breaches)) {
  test(`checkPurity() finds ${name}`, () => {
    for (
      const files of [{ "src/mod.ts": code }, {
        "src/mod.ts": `export const load = () => import("./deep/a.ts");`,
        "src/deep/a.ts": code.replace(/"\.\.\//, '"../../').replace("./gone", "../gone"),
      }] as Record<string, string>[]
    ) {
      const { problems } = purityOf(files);
      assert(problems.length > 0, "nothing found");
      assertStringIncludes(problems.join("\n"), message);
    }
  });
}

const manifests = ["deno.json", "jsr.json", "package.json", "package-lock.json", "CHANGELOG.md"];

function problemsAfter(file: string, from: string | RegExp, to: string): string {
  let problems = "";
  withFiles({}, (folder) => {
    for (const name of manifests) cpSync(repoPath(name), join(folder, name));
    const deno = JSON.parse(readFileSync(join(folder, "deno.json"), "utf8"));
    for (const source of Object.values<string>(deno.exports)) {
      mkdirSync(dirname(join(folder, source)), { recursive: true });
      writeFileSync(join(folder, source), "");
    }
    const text = readFileSync(join(folder, file), "utf8");
    writeFileSync(join(folder, file), text.replace(from, to));
    problems = checkVersions(folder).join("\n");
  });
  return problems;
}

test("checkVersions() accepts manifests that agree", () => {
  assertEquals(problemsAfter("deno.json", "", ""), "");
});

test("checkVersions() finds what differs", () => {
  const cases: [file: string, from: string | RegExp, to: string, message: string][] = [
    ["jsr.json", `"version": "`, `"version": "9`, "jsr.json has version"],
    ["package.json", `"version": "`, `"version": "9`, "package.json has version"],
    ["package.json", `"name": "@`, `"name": "@x`, "package.json has name"],
    ["jsr.json", `"./core"`, `"./kern"`, "different exports"],
    ["package.json", `"./core"`, `"./kern"`, "package.json exports"],
    ["package.json", `./dist/core.d.ts`, `./dist/kern.d.ts`, "should export ./core"],
    ["jsr.json", `"mod.ts",`, "", "publish different files"],
    ["package.json", `"devDependencies"`, `"dependencies"`, "has dependencies"],
    ["jsr.json", "npm:dotenv@", "npm:dotenv@1", "jsr.json imports npm:dotenv@1"],
    ["package.json", `"dotenv": "`, `"dotenv": "1`, "deno.json imports npm:dotenv@"],
    ["package-lock.json", `"version": "`, `"version": "9`, "run npm install"],
    ["CHANGELOG.md", /^## (?=\d)/m, "## 9", "no section"],
  ];
  for (const [file, from, to, message] of cases) {
    assertStringIncludes(problemsAfter(file, from, to), message);
  }
});

test("checkRegistryHosts() finds a host in any kind of file", () => {
  const dot = "."; // or this file would be found too
  withFiles({
    "a.md": `see https://registry${dot}example.com/x`,
    "b.lock": `{"resolved": ${'"'}https://x/y.tgz"}`,
    ".npmrc": `# mine\nregistry${"="}x`,
    "c.ts": `const url = "https://npm${dot}jsr${dot}io/";`,
    "clean.md": "the registry says so. Npm too",
  }, (folder) => {
    const files = ["a.md", "b.lock", ".npmrc", "c.ts", "clean.md", "gone.md"];
    const problems = checkRegistryHosts(folder, files);
    assertEquals(problems.map((problem) => problem.split(" ")[0]), [
      "a.md:1",
      "b.lock:1",
      ".npmrc:2",
      "c.ts:1",
    ]);
  });
});

test("checkFileSizes() names only TypeScript files over the limit", () => {
  const files = { "a.ts": "\n".repeat(11), "b.ts": "\n".repeat(10), "c.md": "\n".repeat(99) };
  const problems = withFiles(files, (folder) => checkFileSizes(folder, Object.keys(files), 10));
  assertEquals(problems, ["a.ts has 11 lines"]);
});

test("checkFileSizes() takes a reason from the header only", () => {
  const rest = "\n".repeat(11);
  const files = {
    "a.ts": `/**\n * Tables. This file is long\n * because each row stays whole.\n */${rest}`,
    "b.ts": `/** Tables. */\n// This file is long because nobody cut it.${rest}`,
  };
  const problems = withFiles(files, (folder) => checkFileSizes(folder, Object.keys(files), 10));
  assertEquals(problems, ["b.ts has 12 lines"]);
});
