import { assertEquals, assertThrows } from "@std/assert";
import { CommandError } from "../../cli/exit_codes.ts";
import { SpawnError } from "../../cli/host/host.ts";
import { parseProcessStart, processStart } from "../../cli/host/process_start_darwin.ts";
import { isAtFront } from "../../cli/run/between/signals.ts";
import { environmentOf, recordOf } from "../../cli/run/environment.ts";
import { environmentOnWindows } from "../../cli/run/environment_windows.ts";
import { type Descriptor, handedIn } from "../../cli/run/exec/descriptors.ts";
import { startFirst } from "../../cli/run/exec/become.ts";
import { isElf, loaderOf } from "../../cli/run/exec/elf.ts";
import type { Libc } from "../../cli/libc/libc.ts";
import { earlierLimit } from "../../cli/run/exec/open_files.ts";
import { candidates } from "../../cli/run/exec/paths.ts";
import { dispositions } from "../../cli/run/exec/signals.ts";
import { ERRNO, NUMBERS } from "../../cli/libc/symbols.ts";
import { checkSizes, limitsOf, parseStack, systemLimits } from "../../cli/run/limits.ts";
import { test } from "../harness.ts";

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

test("environmentOnWindows() takes names of either case for one", () => {
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
    '"a" and "A" are one variable on Windows. Leave one out with --only. Nothing was started',
  );
});

test("environmentOf() leaves every byte of the shell's variables as it is", () => {
  const bytes = (text: string): Uint8Array =>
    Uint8Array.from(text, (character) => character.charCodeAt(0));
  const own = ["A=1", "odd", "B=\xff\xfe", "A=2", "\xffN=3", "C=ue \xc3\xbc", "=D=4"].map(bytes);
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

test("candidates() looks where a shell looks", () => {
  const of = (file: string, path?: string): string[] => {
    const encoder = new TextEncoder();
    const decoder = new TextDecoder();
    return candidates(encoder.encode(file), path === undefined ? path : encoder.encode(path))
      .map((found) => decoder.decode(found));
  };
  assertEquals(of("x", "/a:/b/:c"), ["/a/x", "/b//x", "c/x"]);
  assertEquals(of("x", ":/a::"), ["./x", "/a/x", "./x", "./x"]);
  assertEquals(of("x", ""), ["./x"]);
  assertEquals(of("x"), ["/bin/x", "/usr/bin/x"]);
  assertEquals(of("./x", "/a"), ["./x"]);
  assertEquals(of("", "/a"), []);
});

test("dispositions() resets what the runtime ignores, and keeps what was ignored before", () => {
  const none = { parent: undefined, typed: undefined, unreadable: false };
  assertEquals(dispositions("deno", none), { reset: [13], ignore: [] });
  assertEquals(dispositions("bun", none), { reset: [13, 25], ignore: [] });
  assertEquals(dispositions("node", none), { reset: [13, 25], ignore: [] });
  // HUP, QUIT, PIPE and TERM: a shell keeps the second and the last for itself.
  const parent = (name: string) => `Name:\t${name}\nSigIgn:\t0000000000005005\n`;
  const shell = { ...none, parent: parent("bash") };
  assertEquals(dispositions("node", shell), { reset: [25], ignore: [1] });
  assertEquals(dispositions("bun", shell), { reset: [25], ignore: [] });
  assertEquals(dispositions("node", { ...none, parent: parent("python3") }).ignore, []);
  for (const typed of ["/usr/bin/nohup", "nohup"]) {
    assertEquals(dispositions("node", { ...none, typed }).ignore, [1]);
  }
  assertEquals(dispositions("node", { ...none, typed: "/usr/bin/nonohup" }).ignore, []);
  assertEquals(dispositions("node", { ...none, unreadable: true }).ignore, [1]);
});

test("a file without #! that may not be read cannot be executed", () => {
  const libc: Libc = {
    numbers: NUMBERS.linux,
    addressOf: () => 0n,
    errno: () => 0,
    call: () => 0,
  };
  const unreadable = (code: string) => ({
    readFile(): never {
      throw Object.assign(new Error(code), { code });
    },
  });
  const program = { file: new TextEncoder().encode("./tool"), args: [], env: [], path: undefined };
  const results = [ERRNO.ENOEXEC, 0];
  const start = (): number => results.shift()!;
  assertThrows(() => startFirst(libc, unreadable("EACCES"), program, start), SpawnError, "EACCES");
  results.unshift(ERRNO.ENOEXEC);
  startFirst(libc, unreadable("EIO"), program, start);
  assertEquals(results, []);
});

test("handedIn() tells inherited descriptors from the runtime's own", () => {
  const open = (lines: string): Descriptor[] =>
    lines.trim().split("\n").map((line) => {
      const [fd = "", target = "", flags = ""] = line.trim().split(" ");
      return { fd: Number(fd), target, flags: parseInt(flags, 8) };
    });
  // As Node 26 was seen, with a job server's pipe on 3 and 4 and one end of another on 7.
  const node = open(`
    0 /dev/null 02100000
    1 /tmp/out 02100001
    3 pipe:[500] 02000000
    4 pipe:[500] 02000001
    5 anon_inode:[eventpoll] 02000002
    6 anon_inode:[io_uring] 02000002
    7 pipe:[501] 02000000
    8 pipe:[900] 02000000
    9 socket:[502] 02000002
    10 pipe:[900] 02000001
    11 pipe:[901] 02004000
    12 pipe:[901] 02004001
    13 /dev/shm/x 02100002
    14 pipe:[503] 02000002
    15 anon_inode:inotify 02000000
    17 pipe:[905] 02004000
    18 pipe:[905] 02004001
    20 /etc/passwd 0100000
    2 pipe:[504] 02004001
    21 pipe:[504] 04000
    16 pipe:[505] 02004001
    22 pipe:[505] 04000`);
  const parents = new Set(["pipe:[500]"]);
  const handed = [0, 1, 3, 4, 7, 9, 13, 14, 15, 2, 16];
  assertEquals(handedIn(node, parents), handed);
  // Also when the parent is not to be seen: the lock is the pipe made right before the others.
  assertEquals(handedIn(node, new Set()), handed);
});

test("earlierLimit() goes back to the parent's limit only when the runtime raised it", () => {
  const limits = (soft: string, hard: string): string =>
    `Limit  Soft Limit  Hard Limit  Units\nMax open files            ${soft}     ${hard}    files\n`;
  assertEquals(earlierLimit(limits("20000", "20000"), limits("1024", "20000")), {
    soft: 1024n,
    hard: 20000n,
  });
  assertEquals(earlierLimit(limits("1024", "20000"), limits("1024", "20000")), undefined);
  assertEquals(earlierLimit(limits("512", "512"), limits("1024", "20000")), undefined);
  assertEquals(earlierLimit(limits("20000", "20000"), limits("unlimited", "20000")), undefined);
  assertEquals(earlierLimit("", limits("1024", "20000")), undefined);
  // RLIM_INFINITY, as setrlimit(2) takes it.
  assertEquals(earlierLimit(limits("unlimited", "unlimited"), limits("9", "unlimited")), {
    soft: 9n,
    hard: 0xffff_ffff_ffff_ffffn,
  });
});

test("loaderOf() says of an ELF file what starts it, and of another nothing", () => {
  const header = (machine: number, interpreter: string): Uint8Array => {
    const bytes = new Uint8Array(400);
    const view = new DataView(bytes.buffer);
    bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
    view.setUint16(16, 3, true);
    view.setUint16(18, machine, true);
    view.setBigUint64(32, 64n, true);
    view.setUint16(54, 56, true);
    view.setUint16(56, 2, true);
    view.setUint32(64, 1, true);
    view.setUint32(120, interpreter === "" ? 1 : 3, true);
    view.setBigUint64(128, 200n, true);
    view.setBigUint64(152, BigInt(interpreter.length + 1), true);
    bytes.set(new TextEncoder().encode(interpreter), 200);
    return bytes;
  };
  assertEquals(loaderOf(header(62, "/lib64/ld.so"), "x64"), "/lib64/ld.so");
  assertEquals(loaderOf(header(62, ""), "x64"), "");
  assertEquals(loaderOf(header(183, "/lib64/ld.so"), "x64"), undefined);
  assertEquals(loaderOf(header(62, "/lib64/ld.so").subarray(0, 150), "x64"), undefined);
  assertEquals(loaderOf(header(62, "/lib64/ld.so").subarray(0, 213), "x64"), "/lib64/ld.so");
  assertEquals(loaderOf(header(62, "/lib64/ld.so").subarray(0, 212), "x64"), undefined);
  assertEquals(isElf(header(62, "")), true);
  assertEquals(isElf(new TextEncoder().encode("#!/bin/sh")), false);
});

test("processStart() reads arguments and variables as macOS has them", () => {
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
