import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { isSharedRuntime, recognizeProgram } from "../../../connect/shared_runtime.ts";
import { execPath, runCommand, runtime, runtimeMajor, test } from "../../harness.ts";
import {
  elf,
  fatMachO,
  inMemory,
  lengthAndScript,
  machO,
  onDisk,
  type Parts,
  pe,
} from "../../support/executables.ts";
import { temporaryFolder } from "../../support/kca.ts";

const FORMATS: Record<string, (parts: Parts) => Buffer> = {
  ELF: elf,
  "Mach-O": machO,
  "Mach-O for several processors": (parts) => fatMachO(machO(parts)),
  PE: pe,
};
const SIGNATURE = Buffer.concat([Buffer.alloc(64, 0xa5), Buffer.from("KCAS")]);
const ADDONS = "\0napi_create_function\0";

function recognize(content: Uint8Array): string {
  const program = recognizeProgram(inMemory(content));
  return program.kind === "other" ? "other" : `${program.kind} ${program.runtime}`;
}

test("this runtime is recognised by its content", () => {
  using file = onDisk(execPath);
  assertEquals(recognizeProgram(file), { kind: "runtime", runtime });
  assert(isSharedRuntime(file));
});

test("a program that bun build --compile made is no shared runtime, signed or not", async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "main.ts"), "console.log(1)");
  const program = join(folder.path, "program.exe");
  const build = [execPath, "build", "--compile", "main.ts", "--outfile", program];
  assertEquals((await runCommand(build, { cwd: folder.path })).code, 0);
  for (const appended of [Buffer.alloc(0), SIGNATURE]) {
    using file = onDisk(program, appended);
    assertEquals(recognizeProgram(file), { kind: "compiled", runtime: "bun" });
  }
}, { skip: runtime !== "bun", timeout: 120_000 });

test("a single executable of Node is no shared runtime, signed or not", async () => {
  using folder = temporaryFolder();
  const config = { main: "main.js", output: "program.exe", disableExperimentalSEAWarning: true };
  writeFileSync(join(folder.path, "main.js"), "console.log(1)");
  writeFileSync(join(folder.path, "sea.json"), JSON.stringify(config));
  const build = [execPath, "--build-sea", "sea.json"];
  assertEquals((await runCommand(build, { cwd: folder.path })).code, 0);
  for (const appended of [Buffer.alloc(0), SIGNATURE]) {
    using file = onDisk(join(folder.path, "program.exe"), appended);
    assertEquals(recognizeProgram(file), { kind: "compiled", runtime: "node" });
  }
}, { skip: runtime !== "node" || runtimeMajor < 26, timeout: 120_000 });

test("Deno with a script behind it is no shared runtime, signed or not", () => {
  const script = Buffer.from("d3n0l4nd and a script");
  for (const appended of [script, Buffer.concat([script, SIGNATURE])]) {
    using file = onDisk(execPath, appended);
    assertEquals(recognizeProgram(file), { kind: "compiled", runtime: "deno", atEnd: true });
  }
  using signed = onDisk(execPath, SIGNATURE);
  assertEquals(recognizeProgram(signed), { kind: "runtime", runtime: "deno" });
}, { skip: runtime !== "deno" || process.platform === "darwin" });

for (const [format, make] of Object.entries(FORMATS)) {
  test(`runtimes and compiled programs are distinguished in ${format}`, () => {
    const prefix = format === "PE" || format === "ELF" ? "." : "__";
    const names: [string, Parts][] = [
      ["other", {}],
      ["other", { names: "\0printf\0node\0deno\0bun\0", payloads: ["GNU"] }],
      ["runtime deno", { names: ADDONS }],
      ["runtime node", { names: `${ADDONS}_ZN4node5StartEiPPc\0` }],
      ["runtime node", { names: `${ADDONS}?Stop@node@@YAHPEAVEnvironment@1@@Z\0` }],
      ["runtime node", { names: "\0libnode.so.127\0" }],
      ["runtime bun", { names: `${ADDONS}\0_ZN4node4XEv\0BUN_1.2\0` }],
      ["runtime bun", { names: `bun-profile.exe\0${ADDONS}?X@node@@YAX@Z\0` }],
      ["runtime bun", { sections: { [`${prefix}bun`]: Buffer.alloc(8) }, names: ADDONS }],
      ["runtime bun", { sections: { [`${prefix}bun`]: Buffer.alloc(16_384) }, names: ADDONS }],
      ["runtime bun", { sections: { [`${prefix}bunblt`]: "code" }, names: ADDONS }],
      [
        "compiled bun",
        { sections: { [`${prefix}bun`]: lengthAndScript("x"), [`${prefix}bunblt`]: "code" } },
      ],
      ["compiled node", { payloads: ["NODE_SEA_BLOB"], names: `${ADDONS}_ZN4node5StartEiPPc\0` }],
      ["compiled deno", { payloads: [format === "ELF" ? "SUI" : "D3N0L4ND"], names: ADDONS }],
      ["compiled deno", { names: `${ADDONS}<~sui-data~>` }],
    ];
    for (const [expected, parts] of names) {
      assertEquals(recognize(make(parts)), expected, JSON.stringify(parts));
    }
    const deno = make({ names: ADDONS });
    for (
      const [expected, appended] of [
        ["runtime deno", "something"],
        ["compiled deno", "d3n0l4nd\0\0\0script"],
        ["compiled deno", `${"script".repeat(100)}d3n0l4nd${"\0".repeat(32)}`],
        ["compiled bun", `${"script".repeat(100)}\n---- Bun! ----\n${"\0".repeat(8)}`],
      ] as const
    ) {
      const whole = Buffer.concat([deno, Buffer.from(appended)]);
      assertEquals(recognize(whole), expected, appended.slice(0, 20));
      assertEquals(recognize(Buffer.concat([whole, SIGNATURE])), expected, "signed");
    }
  });

  test(`a damaged executable in ${format} is of no known kind`, () => {
    const whole = make({
      sections: { __bun: lengthAndScript("script"), ".bun": lengthAndScript("script") },
      payloads: ["NODE_SEA_BLOB"],
      names: ADDONS,
    });
    for (let length = 0; length < whole.length; length++) recognize(whole.subarray(0, length));
    let seed = 1;
    const random = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    for (let round = 0; round < 3_000; round++) {
      const damaged = Buffer.from(whole);
      for (let count = random(4); count >= 0; count--) {
        damaged[random(damaged.length)] = random(2) ? 0xff : random(256);
      }
      const file = inMemory(damaged);
      recognizeProgram(file);
      assert(file.taken < 1_000 * damaged.length, `${file.taken} bytes were read`);
    }
  });
}

test("a script, a text and an empty file are no executables", () => {
  for (const content of ["", "#!/usr/bin/env node\n", "x".repeat(10_000)]) {
    assertEquals(recognize(Buffer.from(content)), "other");
  }
});

test("a node is recognised before its names have been read to the end", () => {
  const names = `_ZN4node5StartEiPPc\0${"x".repeat(8_000_000)}`;
  const file = inMemory(elf({ names }));
  assertEquals(recognizeProgram(file), { kind: "runtime", runtime: "node" });
  assert(file.taken < 1_000_000, `${file.taken} bytes were read`);
});

test("the mark of a script counts only behind the end of a program, which Deno has within", () => {
  for (const make of [elf, pe]) {
    assertEquals(recognize(make({ names: `${ADDONS}d3n0l4nd\0` })), "runtime deno");
  }
});

test("an ELF file ends behind its last segment also when its sections were stripped", () => {
  const content = Buffer.from("d3n0l4nd");
  const header = Buffer.alloc(64 + 56);
  header.write("\x7fELF\x02\x01", "latin1");
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(1, 56);
  header.writeUInt32LE(1, 64);
  header.writeBigUInt64LE(BigInt(header.length), 64 + 8);
  header.writeBigUInt64LE(BigInt(content.length), 64 + 32);
  const whole = Buffer.concat([header, content]);
  assertEquals(recognize(whole), "other");
  assertEquals(recognize(Buffer.concat([whole, content])), "compiled deno");
});
