/** What is advised about a daemon that is there, on machines that are made up. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import process from "node:process";
import { approvalCommands, oneLine } from "../../../connect/remedies/approve.ts";
import { denied } from "../../../connect/remedies/denied.ts";
import { configFault, othersWithHash, readEntries } from "../../../connect/remedies/entries.ts";
import { isStopped, listenerOf } from "../../../connect/remedies/listener.ts";
import { closedWithoutReply, noReply } from "../../../connect/remedies/no_reply.ts";
import type { Destination } from "../../../src/client/denial.ts";
import type { DeniedError } from "../../../src/errors/denied.ts";
import { test } from "../../harness.ts";
import { type PlayedFile, playedMachine, withVariables } from "../../support/played_machine.ts";

const linux = { skip: process.platform !== "linux" };
const UNREGISTERED = "unregistered_binary_pending_approval";
/** No process has it: pid_max of Linux is smaller. */
const PID = 99_999_999;

test("listenerOf() finds who listens, and how many connections are open", () => {
  const table = [
    "Num       RefCount Protocol Flags    Type St Inode Path",
    "0000: 00000002 00000000 00010000 0001 01 100 /run/a b.sock",
    "0000: 00000003 00000000 00000000 0001 03 101 /run/a b.sock",
    "0000: 00000003 00000000 00000000 0001 03 102 /run/a b.sock",
    "0000: 00000003 00000000 00000000 0001 01 103 /run/a b.sock",
    "0000: 00000003 00000000 00000000 0001 03 104 /run/other.sock",
    "0000: 00000002 00000000 00010000 0001 01 105 /dev/.abcdef/s",
    "0000: 00000002 00000000 00010000 0001 01 106 /two/.abcdef/s",
    "0000: 00000002 00000000 00010000 0001 01 107 /two/.ghijkl/s",
    "0000: 00000003 00000000 00000000 0001 03 108",
    "",
  ].join("\n");
  const machine = playedMachine({ "/proc/net/unix": { kind: "file", text: table } });
  const of = (path: string) => listenerOf(path, PID, machine);
  assertEquals(of("/run/a b.sock"), { pid: PID, connections: 2 });
  assertEquals(of("/run/none.sock"), { pid: PID, connections: 0 });
  assertEquals(of("/dev/agent.sock"), { pid: PID, connections: 0 });
  assertEquals(listenerOf("/none", undefined, machine), { pid: undefined, connections: 0 });
  // A process of another namespace.
  assertEquals(listenerOf("/none", 0, machine), { pid: undefined, connections: 0 });
}, linux);

test("noReply() knows a daemon that is stopped, and one that serves no more at once", () => {
  const line = "0000: 00000003 00000000 00000000 0001 03 101 /s\n";
  const machine = (state: string, connections: number, uid?: number, owner?: PlayedFile) =>
    playedMachine({
      "/proc/net/unix": {
        kind: "file",
        text: `head\n0: 2 0 00010000 0001 01 100 /s\n${line.repeat(connections)}`,
      },
      [`/proc/${PID}/stat`]: { kind: "file", text: `${PID} (a) b) ${state} 1 2` },
      ...(owner && { [`/proc/${PID}`]: owner }),
    }, uid);
  const place = { endpoint: "/s", peer: { pid: PID, uid: 7, source: "kernel" } } as Destination;
  const kill = `kill -CONT ${PID}`;
  for (const state of ["T", "t"]) {
    const own = noReply(place, machine(state, 0, 7, { kind: "folder", uid: 7 }));
    assertEquals(own?.remedy, kill);
    assertStringIncludes(own!.advice, `process ${PID}, is stopped`);
  }
  assertEquals(noReply(place, machine("T", 0, 7))?.remedy, kill);
  const theirs = noReply(place, machine("T", 0, 8, { kind: "folder", uid: 7 }));
  assertEquals(theirs?.remedy, `sudo ${kill}`);
  assertEquals(noReply(place, machine("S", 63)), undefined);
  const full = noReply(place, machine("S", 64));
  assertEquals(full?.remedy, undefined);
  assertStringIncludes(full!.advice, "serves 64 connections at once, and 64 are open");
  assertEquals(isStopped(PID, playedMachine({})), false);
}, linux);

test("closedWithoutReply() explains a connection without a reply", () => {
  const program = { path: "/x", shared: false };
  const of = (place: Partial<Destination>, replaced = false): string | undefined =>
    closedWithoutReply({ endpoint: "/s", ...place }, { ...program, replaced })?.advice;
  assertStringIncludes(of({ answered: true }, true)!, "/x was replaced or deleted");
  const peer = (pid: number) => ({
    peer: { pid, uid: 1, source: "kernel" } as Destination["peer"],
  });
  assertStringIncludes(of(peer(0))!, "runs outside of this container");
  assertStringIncludes(of({ ...peer(7), answered: false })!, "closed the connection without a");
  assertEquals(of({ ...peer(7), answered: true }), undefined);
  assertEquals(of({}), undefined);
});

const CONFIG = "/c/keychain-auth/config.json";

/** The denial of /x with the hash "11", on Linux and with the user's own daemon. */
function denial(
  files: Record<string, PlayedFile>,
  { reason = UNREGISTERED, place = {}, uid = 1_000, sha256 = "11" }: {
    reason?: string;
    place?: Partial<Destination>;
    uid?: number | undefined;
    sha256?: string | undefined;
  } = {},
): DeniedError {
  return withVariables({ XDG_CONFIG_HOME: "/c", PATH: "/usr/bin" }, () =>
    denied(
      { reason, service: "App", action: "read" },
      { path: "/x", shared: false, ...(sha256 !== "" && { sha256 }) },
      { endpoint: "/s", ...place },
      playedMachine(files, uid),
    ));
}

const entries = (...list: object[]): Record<string, PlayedFile> => ({
  [CONFIG]: { kind: "file", text: JSON.stringify({ registered_binaries: list }) },
});

test("denied() names the entries that block a program, and how to disable them", () => {
  const authorize = "keychain-auth authorize /x App";
  const none = denial(entries({ path: "/y", hash: "sha256:22" }));
  assertEquals([none.remedy, none.advice], [authorize, undefined]);
  const blocked = denial(entries({ path: "/y", hash: "sha256:11" }, { path: "/x", hash: "11" }));
  assertEquals(blocked.remedy, `keychain-auth approve none /y && ${authorize}`);
  assertStringIncludes(blocked.advice!, 'by another path, "/y"');
  assertStringIncludes(blocked.advice!, "`keychain-auth check /x App` shows it");
  // The first one counts.
  const first = entries({ path: "/x", hash: "11" }, { path: "/y", hash: "11" });
  assertEquals(denial(first).remedy, authorize);
  // It was let in, so no entry keeps it out; or its hash is not known.
  const other = entries({ path: "/y", hash: "11" });
  assertEquals(denial(other, { reason: "service_not_allowed" }).remedy, authorize);
  assertEquals(denial(other, { sha256: "" }).remedy, authorize);
  const unreadable = denial({ [CONFIG]: { kind: "file" } });
  assertStringIncludes(unreadable.advice!, "If the daemon still denies it");
  const service = denial({ [CONFIG]: { kind: "file" } }, { reason: "service_not_allowed" });
  assertEquals(service.advice, undefined);
}, linux);

test("denied() names the user whose daemon needs the command", () => {
  const owned = (uid: number): Record<string, PlayedFile> => ({ "/s": { kind: "socket", uid } });
  const peer = { pid: 1, uid: 7, source: "kernel" } as Destination["peer"];
  assertEquals(denial(owned(1_000)).advice, undefined);
  assertEquals(
    denial(owned(7)).advice,
    "The daemon runs as user id 7: type the command as that user",
  );
  assertStringIncludes(denial(owned(1_000), { place: { peer } }).advice!, "as user id 7");
  assertEquals(denial({}).advice, undefined);
  const endpoint = "/run/keychain-auth/agent.sock";
  const system = denial({}, { place: { endpoint, peer } });
  assertEquals(system.remedy, "sudo keychain-auth authorize /x App");
  assert(system.advice?.startsWith("If the daemon still denies it"), system.advice);
  assertStringIncludes(system.advice!, "`sudo keychain-auth check /x App`");
}, linux);

test("denied() sends users of kca dev to its own configuration", () => {
  const dev = (...words: string[]): DeniedError => {
    const text = ["kca", "dev", ...words].map((word) => `${word}\0`).join("");
    const place = { peer: { pid: PID, uid: 1_000, source: "kernel" } as Destination["peer"] };
    return denial({ [`/proc/${PID}/cmdline`]: { kind: "file", text } }, { place });
  };
  assertStringIncludes(dev("--policy", "x").advice!, "start it with --config FILE");
  for (const config of [["--config", "/f"], ["--config=/f"]]) {
    assertEquals(dev(...config).remedy, "kca dev --config /f authorize /x App");
  }
}, linux);

test("readEntries() reads valid configurations, and configFault() finds invalid ones", () => {
  const of = (file: PlayedFile | undefined) =>
    readEntries("/c.json", playedMachine({ "/c.json": file }));
  const text = (text: string): PlayedFile => ({ kind: "file", text });
  const list = [{ path: "/a", hash: "1" }, { path: "/b" }, { hash: "2" }, { path: 1, hash: "3" }];
  assertEquals(of(text(JSON.stringify({ registered_binaries: list }))), [{
    path: "/a",
    hash: "1",
  }]);
  for (const none of ["{}", '{"registered_binaries":null}']) assertEquals(of(text(none)), []);
  assertEquals(of({ kind: "absent" }), []);
  for (const odd of [text("{"), text("null"), text(""), { kind: "file" } as const]) {
    assertEquals(of(odd), undefined);
  }
  assertEquals(readEntries(undefined, playedMachine({})), undefined);
  const fault = (file: PlayedFile) =>
    withVariables(
      { XDG_CONFIG_HOME: "/c", HOME: "/h" },
      () => configFault(playedMachine({ [CONFIG]: file })),
    );
  if (linux.skip) return;
  assertEquals(fault(text("{")), CONFIG);
  assertEquals(fault(text("{}")), undefined);
  // It cannot be said of what cannot be read.
  assertEquals(fault({ kind: "file" }), undefined);
});

test("othersWithHash() gives the other paths of a hash where another one comes first", () => {
  const of = (...entries: [path: string, hash: string][]): string[] =>
    othersWithHash(entries.map(([path, hash]) => ({ path, hash })), "/x", "1");
  assertEquals(of(), []);
  assertEquals(of(["/y", "2"]), []);
  assertEquals(of(["/x", "1"], ["/y", "1"]), []);
  assertEquals(of(["/y", "sha256:1"], ["/x", "1"], ["/z", "1"], ["/w", "2"]), ["/y", "/z"]);
});

test("approvalCommands() quotes for the shell of the program's system", () => {
  const of = (path: string, others: string[]) =>
    oneLine(approvalCommands({ path, service: "my app", others }), path);
  assertEquals(of("/x", []), "keychain-auth authorize /x 'my app'");
  assertEquals(
    of("/x", ["/a b"]),
    "keychain-auth approve none '/a b' && keychain-auth authorize /x 'my app'",
  );
  assertEquals(
    of("C:\\x", ["C:\\a b"]),
    'keychain-auth approve none "C:\\a b"; keychain-auth authorize C:\\x "my app"',
  );
});
