import { assertEquals, assertStringIncludes } from "@std/assert";
import { test } from "../harness.ts";
import { checkRuntimeGlobals } from "./runtime_globals.ts";
import { checkTypeNames } from "./type_names.ts";
import { withFiles } from "./with_files.ts";

const owners = { runtime: "runtime.ts", clock: "clock.ts" };

function globalsIn(file: string, code: string): string {
  return withFiles(
    { [file]: code },
    (folder) => checkRuntimeGlobals(folder, [file], owners).join("\n"),
  );
}

test("checkRuntimeGlobals() accepts the two files, and names that only look like globals", () => {
  assertEquals(globalsIn("runtime.ts", `export const deno = globalThis.Deno ?? process;`), "");
  assertEquals(globalsIn("clock.ts", `export const f = globalThis.setTimeout, n = Date.now;`), "");
  assertEquals(
    globalsIn(
      "a.ts",
      `// process, Deno and setTimeout in a comment
      const o = { process: "Deno", performance: 1 };
      export const p = o.process, d = new Date(0), i = o instanceof Date, t = new TextEncoder();`,
    ),
    "",
  );
});

test("checkRuntimeGlobals() finds a global wherever it is looked at", () => {
  const cases: [code: string, message: string][] = [
    [`\\nDeno.exit();`, "a.ts:2 looks at Deno; take it from runtime.ts"],
    [`typeof Bun;`, "looks at Bun"],
    [`const { env } = process;`, "looks at process"],
    [`export const o = { Buffer };`, "looks at Buffer"],
    [`(globalThis as any)["De" + "no"];`, "looks at globalThis"],
    [`console.log(1);`, "looks at console"],
    [`require("x");`, "looks at require"],
    [`export type P = Deno.PointerValue;`, "looks at Deno"],
    [`setImmediate(() => {});`, "looks at setImmediate; take it from clock.ts"],
    [`queueMicrotask(() => {});`, "looks at queueMicrotask"],
    [`performance.now();`, "looks at performance"],
    [`let t: ReturnType<typeof setTimeout>;`, "looks at setTimeout"],
    [`const at = Date.now();`, "looks at the clock"],
    [`const at = new Date();`, "looks at the clock"],
    [`const at = Date();`, "looks at the clock"],
  ];
  for (const [code, message] of cases) {
    assertStringIncludes(globalsIn("a.ts", code.replace("\\n", "\n")), message);
  }
});

test("checkRuntimeGlobals() keeps the clock away from the runtime, and the runtime from timers", () => {
  assertStringIncludes(globalsIn("clock.ts", "process.hrtime();"), "looks at process");
  assertStringIncludes(globalsIn("runtime.ts", "setTimeout(() => {});"), "looks at setTimeout");
});

function typesIn(files: Record<string, string>): string[] {
  return withFiles(files, (folder) => checkTypeNames(folder, Object.keys(files)));
}

test("checkTypeNames() accepts one place for each name, re-exports and private types", () => {
  assertEquals(
    typesIn({
      "a.ts": `export interface A {}\nexport interface A { b: 1 }\ninterface C {}`,
      "b.ts": `export type { A } from "./a.ts"; export const B = 1; interface C {}`,
      "c.ts": `export class B {}`,
    }),
    [],
  );
});

test("checkTypeNames() finds a name with two meanings, of whatever kind", () => {
  const problems = ["export interface A {}", "export type A = 1;", "export class A {}"].map(
    (code) => typesIn({ "a.ts": "export type A = 2;", "b.ts": `\n${code}` }).join(),
  );
  assertEquals(problems, Array(3).fill("A is declared in a.ts:1 and in b.ts:2"));
});
