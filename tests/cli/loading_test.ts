/** What a start of the command loads, read off its imports. */
import { assert, assertEquals } from "@std/assert";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { repoPath, test } from "../harness.ts";

/** Imports that are there from the start: those of types alone load nothing. */
const STATIC = /^(?:import|export)\s+(?!type\b)(?:[^"';]*?\sfrom\s+)?"([^"]+)";/gm;
const DYNAMIC = /\bimport\("([^"]+)"\)/g;

function specifiers(file: string, pattern: RegExp): string[] {
  return [...readFileSync(repoPath(file), "utf8").matchAll(pattern)].map(([, name]) => name!);
}

/** Files below cli/ and packages that are loaded with some files. */
function loadedWith(...files: string[]): Set<string> {
  const found = new Set(files);
  for (const file of found) {
    if (!file.startsWith("cli/")) continue;
    for (const name of specifiers(file, STATIC)) {
      if (!name.startsWith(".")) found.add(name);
      else {
        const path = normalize(join(dirname(file), name)).replaceAll("\\", "/");
        if (path.startsWith("cli/")) found.add(path);
      }
    }
  }
  return found;
}

test("kca run loads nothing that only other commands need, and no package", () => {
  const loaded = loadedWith("cli/main.ts", "cli/commands/run.ts");
  for (const file of ["cli/execute.ts", "cli/command_line/parse.ts", "cli/run/plan.ts"]) {
    assert(loaded.has(file), file);
  }
  const needless = [...loaded].filter((file) =>
    /^cli\/(?:terminal|completion|doctor|export|files|dotenv)/.test(file) ||
    /help|others|report_error|wrap/.test(file) || !file.startsWith("cli/")
  );
  assertEquals(needless.filter((file) => file !== "cli/terminal/printable.ts"), []);
});

test("kca loads only the command that was named, besides kca run", () => {
  const loaded = [...loadedWith("cli/main.ts")];
  assertEquals(loaded.filter((file) => file.startsWith("cli/commands/")), [
    "cli/commands/table.ts",
    "cli/commands/run.ts",
  ]);
});

test("the published command imports only the packages in jsr.json", () => {
  const { imports } = JSON.parse(readFileSync(repoPath("jsr.json"), "utf8"));
  const files = readdirSync(repoPath("cli"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts")).map((name) => join("cli", name));
  assert(files.length > 40);
  for (const file of files) {
    for (const name of [...specifiers(file, STATIC), ...specifiers(file, DYNAMIC)]) {
      const known = /^(?:\.|node:)/.test(name) || name in imports;
      assert(known, `${file} imports ${name}`);
    }
  }
});
