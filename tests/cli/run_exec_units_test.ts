import { assertEquals, assertThrows } from "@std/assert";
import { SpawnError } from "../../cli/host/host.ts";
import { type Descriptor, handedIn } from "../../cli/run/exec/descriptors.ts";
import { startFirst } from "../../cli/run/exec/become.ts";
import { isElf, loaderOf } from "../../cli/run/exec/elf.ts";
import type { Libc } from "../../cli/libc/libc.ts";
import { earlierLimit } from "../../cli/run/exec/open_files.ts";
import { candidates } from "../../cli/run/exec/paths.ts";
import { dispositions } from "../../cli/run/exec/signals.ts";
import { ERRNO, NUMBERS } from "../../cli/libc/symbols.ts";
import { test } from "../harness.ts";

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

test("loaderOf() finds the loader of an ELF file, and nothing for other files", () => {
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
