/** What `kca run` starts where the runtime does not say why a start failed. */
import { assertEquals, assertThrows } from "@std/assert";
import { chmodSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { SpawnError } from "../../cli/host/host.ts";
import { findProgram } from "../../cli/run/exec/find.ts";
import { test } from "../harness.ts";
import { temporaryFolder } from "../support/kca.ts";

const TRUE = ["/bin/true", "/usr/bin/true"].find((path) => existsSync(path))!;

/** A folder of programs, and what is found of a name that is typed. */
function programs() {
  const folder = temporaryFolder();
  const [first, second] = ["first", "second"].map((name) => join(folder.path, name)) as [
    string,
    string,
  ];
  mkdirSync(first);
  mkdirSync(second);
  const encoder = new TextEncoder();
  return {
    first,
    second,
    write(path: string, text: string, mode = 0o755): string {
      writeFileSync(path, text);
      chmodSync(path, mode);
      return path;
    },
    find: (file: string, ignore: number[] = [], path = `${first}:${second}`) =>
      findProgram({
        file: encoder.encode(file),
        args: [encoder.encode("ü"), encoder.encode("")],
        env: [],
        path: encoder.encode(path),
      }, ignore),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

test("findProgram() takes the first file of a name that may be executed", () => {
  using at = programs();
  mkdirSync(join(at.first, "x"));
  copyFileSync(TRUE, join(at.second, "x"));
  const found = { file: join(at.second, "x"), words: ["x", "ü", ""] };
  const { sure: _, ...start } = at.find("x");
  assertEquals(start, found);
  at.write(join(at.second, "y"), "", 0o644);
  for (
    const [file, path, code] of [
      ["none", undefined, "ENOENT"],
      // What is there and is no program says more than what is not there at all.
      ["y", undefined, "EACCES"],
      ["x", at.first, "EACCES"],
      ["x", `${at.first}:${at.first}/none`, "EACCES"],
      ["x", `${at.second}/x`, "ENOENT"],
      // No folder of PATH has it.
      ["n".repeat(300), undefined, "ENOENT"],
      [`./${"n".repeat(300)}`, undefined, "ENAMETOOLONG"],
    ] as const
  ) {
    const { code: found } = assertThrows(() => at.find(file, [], path), SpawnError);
    assertEquals(found, code, file);
  }
});

test("findProgram() checks the interpreter of a script, because the system does not report a missing one", () => {
  using at = programs();
  const path = join(at.first, "x");
  const sure = (text: string): boolean => {
    at.write(path, text);
    const { file, words, sure } = at.find("x");
    assertEquals([file, words], [path, ["x", "ü", ""]]);
    return sure;
  };
  // Not on macOS, whose programs are no ELF.
  const linux = process.platform === "linux";
  assertEquals(sure("#!/bin/sh\n"), linux);
  assertEquals(sure("#! \t/bin/sh -e\nexit"), linux);
  // A script's interpreter that is a script: that one's is not looked at.
  const script = at.write(join(at.second, "script"), "#!/bin/sh\n");
  assertEquals(sure(`#!${script}\n`), false);
  // No text: of another format.
  assertEquals(sure("\xcf\xfa\xed\xfe"), false);
  assertEquals(sure("ab\0"), false);
  for (const missing of ["#!/none/sh\n", "#!/none/sh -e\n"]) {
    at.write(path, missing);
    assertEquals(assertThrows(() => at.find("x"), SpawnError).code, "ENOENT");
  }
  at.write(path, `#!${at.second}\n`);
  assertEquals(assertThrows(() => at.find("x"), SpawnError).code, "EACCES");
});

test("findProgram() passes a text without #! to the shell, as a shell does", () => {
  using at = programs();
  const path = join(at.first, "x");
  for (const text of ["exit 3\n", "", `# ${"x".repeat(90)}\0`]) {
    at.write(path, text);
    assertEquals(at.find("x"), {
      file: "/bin/sh",
      words: ["/bin/sh", path, "ü", ""],
      sure: true,
    });
  }
});

test("findProgram() makes a shell ignore the signals that must be ignored in the program", () => {
  using at = programs();
  const path = at.write(join(at.first, "x"), "exit 3\n");
  assertEquals(at.find("x", [1, 3]), {
    file: "/bin/sh",
    words: ["/bin/sh", "-c", `trap '' 1 3; exec "$0" "$@"`, path, "ü", ""],
    sure: true,
  });
});

test("findProgram() knows that the system starts a program of this machine", () => {
  using at = programs();
  copyFileSync(TRUE, join(at.first, "x"));
  assertEquals(at.find("x").sure, true);
  writeFileSync(join(at.first, "x"), Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0));
  assertEquals(at.find("x").sure, false);
}, { skip: process.platform !== "linux" });
