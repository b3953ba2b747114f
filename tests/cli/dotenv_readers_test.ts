/**
 * Dotenv files as other programs read them. What Bun 1.4.5 and @next/env 16.4.6 made of each text is
 * recorded in dotenv_readers.json; `null` where Next reports an error. The shell had SHELL_VAR=sh.
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { CommandError } from "../../cli/exit_codes.ts";
import { type Reader, READERS, readValues } from "../../cli/import/readers.ts";
import { execPath, repoPath, runtime, runtimeVersion, test } from "../harness.ts";
import { posix, temporaryFolder } from "../support/kca.ts";

interface Recorded {
  text: string;
  bun: Record<string, string>;
  next: Record<string, string> | null;
}

const SHELL = { SHELL_VAR: "sh" };
const recorded: Recorded[] = JSON.parse(
  readFileSync(repoPath("tests", "cli", "dotenv_readers.json"), "utf8"),
);

function valuesOf(text: string, reader: Reader): Record<string, string> {
  return Object.fromEntries(readValues(text, "f", reader, SHELL).variables);
}

test("readValues() reads the values that Bun and Next gave to a program", () => {
  assert(recorded.length > 100);
  for (const { text, ...readers } of recorded) {
    const names = [...readValues(text, "f", "dotenv", SHELL).variables.keys()];
    for (const reader of ["bun", "next"] as const) {
      const expected = readers[reader];
      if (names.every((name) => expected?.[name] !== undefined)) {
        assertEquals(valuesOf(text, reader), expected, text);
      } else {
        assertThrows(() => valuesOf(text, reader), CommandError, `${reader} finds no value`);
      }
    }
  }
});

test("readValues() gives the values of the Bun that runs here", () => {
  using folder = temporaryFolder();
  const script = join(folder.path, "show.js");
  writeFileSync(
    script,
    "const { PATH, SHELL_VAR, ...own } = process.env; console.log(JSON.stringify(own));",
  );
  for (const { text } of recorded.slice(0, 80).filter((_, index) => index % 4 === 0)) {
    writeFileSync(join(folder.path, ".env"), text);
    const env = { PATH: process.env.PATH, ...SHELL };
    const shown = spawnSync(execPath, [script], { cwd: folder.path, env, encoding: "utf8" });
    assertEquals(valuesOf(text, "bun"), JSON.parse(shown.stdout), text);
  }
}, { skip: runtime !== "bun" || runtimeVersion !== "1.4.5" || !posix });

test("readValues() needs the reader only when it makes a difference", () => {
  const same = "A=1\nB='two words'\nC=\"x\\ny\"\nD=\n";
  for (const reader of [undefined, ...READERS]) {
    const { variables, disputed } = readValues(same, "f", reader, {});
    assertEquals(Object.fromEntries(variables), { A: "1", B: "two words", C: "x\ny", D: "" });
    assertEquals(disputed, []);
  }
  const text = "A=1\nPASSWORD='s3c$ret'\nURL=x${A}\n";
  const error = assertThrows(() => readValues(text, "f", undefined, {}), CommandError);
  assertEquals(error.exitCode, 2);
  assert(error.message.includes('"PASSWORD", "URL"'), error.message);
  assert(error.message.includes("\n  --reader bun\n"), error.message);
  assert(!/s3c|ret'/.test(error.message), error.message);
  const read = readValues(text, "f", "dotenv", {});
  assertEquals(read.variables.get("PASSWORD"), "s3c$ret");
  assertEquals(read.disputed, ["PASSWORD", "URL"]);
});

test("readValues() says which variables of the shell went into values", () => {
  const text = "A=$HOST/$B\nB=own\n";
  const shell = { HOST: "h", B: "the shell's", OTHER: "x" };
  for (const reader of ["bun", "next"] as const) {
    const { variables, fromShell } = readValues(text, "f", reader, shell);
    assertEquals([variables.get("A"), fromShell], ["h/own", ["HOST"]]);
  }
  assertEquals(readValues(text, "f", "dotenv", shell).fromShell, []);
});
