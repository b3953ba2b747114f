import { assertEquals, assertThrows } from "@std/assert";
import { CommandError } from "../../cli/exit_codes.ts";
import { parseProcessStart, processStart } from "../../cli/host/process_start_darwin.ts";
import { isAtFront } from "../../cli/run/between/signals.ts";
import { environmentOf, recordOf } from "../../cli/run/environment.ts";
import { environmentOnWindows } from "../../cli/run/environment_windows.ts";
import type { Libc } from "../../cli/libc/libc.ts";
import { checkSizes, limitsOf, parseStack, systemLimits } from "../../cli/run/limits.ts";
import { test } from "../harness.ts";
import { NUMBERS } from "../../cli/libc/symbols.ts";

test("checkSizes() knows the limits of Linux, macOS and Windows", () => {
  assertEquals(limitsOf("linux"), { unit: "bytes", variable: 131_072, total: 2_097_152 });
  assertEquals(limitsOf("linux", Number.MAX_SAFE_INTEGER).total, 6_291_456);
  assertEquals(limitsOf("linux", 100_000).total, 131_072);
  assertEquals(
    parseStack("Max stack size            8388608              unlimited  bytes"),
    8388608,
  );
  const stack = (soft: string) => () =>
    new TextEncoder().encode(`Max stack size            ${soft}     unlimited  bytes\n`);
  assertEquals(systemLimits("linux", stack("4000000")).total, 1_000_000);
  assertEquals(systemLimits("linux", stack("unlimited")).total, 6_291_456);
  const unreadable = () => {
    throw new Error("no such file");
  };
  for (const system of ["linux", "darwin", "windows"] as const) {
    assertEquals(systemLimits(system, unreadable), limitsOf(system));
  }
  const check = (env: Record<string, string>, system: "linux" | "windows"): void =>
    checkSizes(["x"], Object.entries(env).map((pair) => pair.join("=")), () => limitsOf(system));
  check({ A: "x".repeat(131_069) }, "linux");
  assertThrows(() => check({ A: "x".repeat(131_070) }, "linux"), CommandError, "131073 bytes");
  const words = Array.from({ length: 30 }, () => "y".repeat(100_000));
  assertThrows(
    () => checkSizes(words, [`A=${"x".repeat(50_000)}`], () => limitsOf("linux")),
    CommandError,
    "The arguments take 3000270 bytes",
  );
  const long = ["y".repeat(131_072)];
  assertThrows(
    () => checkSizes(long, [], () => limitsOf("linux")),
    CommandError,
    "An argument takes 131073 bytes; this system allows 131072",
  );
  // Windows counts the characters of UTF-16, of which this is one and Linux takes three bytes for.
  check({ A: "€".repeat(32_764) }, "windows");
  assertThrows(() => check({ A: "€".repeat(32_765) }, "windows"), CommandError, "32768 characters");
});

test("isAtFront() reads the groups of proc(5), whatever the program is called", () => {
  assertEquals(isAtFront("12 (a) b) c) S 1 40 40 34816 40 4194304 1"), true);
  assertEquals(isAtFront("12 (sh) S 1 40 40 34816 50 4194304 1"), false);
  assertEquals(isAtFront("12 (sh) S 1 40 40 0 -1 4194304 1"), false);
});

test("recordOf() keeps the order of variables, and the first of several", () => {
  const entries = ["B=1", "A=2=3", "B=4", "NAMELESS", "", "=C:=x", "__proto__=5"];
  const encoder = new TextEncoder();
  assertEquals(Object.entries(recordOf(entries.map((entry) => encoder.encode(entry)))), [
    ["B", "1"],
    ["A", "2=3"],
    ["__proto__", "5"],
  ]);
});

test("environmentOnWindows() treats names that differ in case as one", () => {
  const of = (
    secrets: Record<string, string>,
    flags: { inherit?: boolean; keeps?: (name: string) => boolean } = {},
  ) => {
    const own = { Path: "own", SystemRoot: "C:", "=C:": "C:\\there", OTHER: "1" };
    const given = new Map(Object.entries(secrets));
    return environmentOnWindows({
      secrets: given,
      own,
      inherit: true,
      keeps: () => false,
      ...flags,
    });
  };
  assertEquals(of({ PATH: "secret" }), { PATH: "secret", SystemRoot: "C:", OTHER: "1" });
  assertEquals(of({ PATH: "secret" }, { keeps: () => true }), {
    Path: "own",
    SystemRoot: "C:",
    OTHER: "1",
  });
  // Without these two nothing starts there.
  assertEquals(of({ A: "1" }, { inherit: false }), { A: "1", Path: "own", SystemRoot: "C:" });
  const both = assertThrows(() => of({ a: "1st", A: "2nd" }), CommandError);
  assertEquals(
    both.message,
    '"a" and "A" are the same variable on Windows. Leave one out with --only. Nothing was started',
  );
});

test("environmentOf() keeps every byte of the shell's variables", () => {
  const own = ["A=1", "odd", "B=\xff\xfe", "A=2", "\xffN=3", "C=ue \xc3\xbc", "=D=4"].map(
    (text) => {
      const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
      return { bytes, text: new TextDecoder().decode(bytes) };
    },
  );
  const of = (inherit: boolean, override: boolean): string[] =>
    environmentOf({
      secrets: new Map([["A", "s"], ["N", "ü"]]),
      own,
      inherit,
      keeps: () => !override,
    })
      .map((entry) => String.fromCharCode(...entry));
  assertEquals(of(true, true), [
    ...["A=s", "odd", "B=\xff\xfe", "\xffN=3", "C=ue \xc3\xbc", "=D=4", "N=\xc3\xbc"],
  ]);
  assertEquals(of(true, false), [
    ...["A=1", "odd", "B=\xff\xfe", "A=2", "\xffN=3", "C=ue \xc3\xbc", "=D=4", "N=\xc3\xbc"],
  ]);
  assertEquals(of(false, true), ["A=s", "N=\xc3\xbc"]);
});

test("processStart() reads the arguments and variables from macOS", () => {
  const bytes = (text: string): Uint8Array =>
    Uint8Array.from(text, (character) => character.charCodeAt(0));
  const text =
    "/usr/local/bin/bun\0\0\0\0\0bun\0\0x \xff\0A=1\0ODD=\xfe\0\0ptr_munge=\0main_stack=\0";
  const block = Uint8Array.of(3, 0, 0, 0, ...bytes(text));
  const asked: unknown[] = [];
  const libc: Libc = {
    numbers: NUMBERS.darwin,
    addressOf: () => 0n,
    errno: () => 0,
    call(name, mib, length, into, size) {
      asked.push(name, [...new Int32Array((mib as Uint8Array).buffer)], length);
      (into as Uint8Array).set(block);
      new BigUint64Array((size as Uint8Array).buffer)[0] = BigInt(block.length);
      return 0;
    },
  };
  const start = processStart(libc, 77);
  const read = (words: readonly Uint8Array[] = []): string[] =>
    words.map((word) => String.fromCharCode(...word));
  assertEquals(read(start?.words), ["bun", "", "x \xff"]);
  assertEquals(read(start?.variables), ["A=1", "ODD=\xfe"]);
  assertEquals(asked, ["sysctl", [1, 49, 77], 3]);
  assertEquals(processStart({ ...libc, call: () => -1 }, 77), undefined);
  assertEquals(parseProcessStart(block.subarray(0, 30)), undefined);
});
