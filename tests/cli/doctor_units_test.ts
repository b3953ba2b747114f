/** What `kca doctor` makes of replies and reports, without a daemon. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { failed, forbidden, SERVICE, unreachable, unregistered } from "../../cli/doctor/advice.ts";
import { measureRead, probeService, TimeLimit } from "../../cli/doctor/probe.ts";
import { screenOf } from "../../cli/doctor/screen.ts";
import type { Report } from "../../cli/doctor/types.ts";
import type { KeychainClient } from "../../src/client/client.ts";
import { ConnectionLostError, TimeoutError } from "../../src/errors/connection.ts";
import { DeniedError } from "../../src/errors/denied.ts";
import { DaemonError } from "../../src/errors/request.ts";
import {
  DaemonUnavailableError,
  PermissionError,
  UntrustedPeerError,
} from "../../src/errors/unavailable.ts";
import { test } from "../harness.ts";
import { withClock } from "../support/played_clock.ts";

const FLAGS = { json: false, quiet: false };
const DENIED = new DeniedError("service_not_allowed", "App", "read");
const INTERNAL = new DaemonError("internal_error", "delete");
const LATE = new TimeoutError("reply", 1, true);

/** What doctor finds out when the requests for each permission end like this. */
async function probed(ends: { read?: Error; write?: Error; search?: Error }, each?: number) {
  const asked: number[] = [];
  const client = {
    // deno-lint-ignore require-await
    async request({ action }: { action: string }, { timeout }: { timeout: number }) {
      asked.push(timeout);
      const end = ends[action === "delete" ? "write" : action as "read"];
      if (end !== undefined) throw end;
    },
  } as unknown as KeychainClient;
  const { took, ...rest } = await probeService(client, "App", new TimeLimit(each));
  assert(took >= 0 && took < 60_000, `${took}`);
  return { ...rest, asked };
}

test("probeService() distinguishes allowed permissions from failures", async () => {
  const all = { read: "allowed", search: "allowed", write: "allowed" } as const;
  const none = { read: "unknown", search: "unknown", write: "unknown" } as const;
  const denied = { read: "denied", search: "denied", write: "denied" } as const;
  const malformed = new DaemonError("malformed_request", "delete");
  const lost = new ConnectionLostError(true);
  const unknown = new DeniedError("unregistered_binary_pending_approval", "App", "read");
  for (
    const [ends, allowed, failure] of [
      [{}, all, undefined],
      // A name that nobody has: deleting it is an internal error where it is allowed.
      [{ write: INTERNAL }, all, undefined],
      [{ write: malformed }, { ...none, read: "allowed" }, malformed],
      [{ read: INTERNAL }, none, INTERNAL],
      [{ search: INTERNAL }, { ...all, search: "unknown" }, INTERNAL],
      [{ write: lost }, { ...none, read: "allowed" }, lost],
      [{ read: DENIED, write: DENIED, search: DENIED }, denied, undefined],
      // Searching takes a desktop keychain long, and a denial would have come at once.
      [{ search: LATE }, { ...all, search: "unknown" }, undefined],
      [{ write: LATE }, { ...none, read: "allowed" }, undefined],
      [{ read: LATE }, none, LATE],
    ] as const
  ) {
    const { asked: _, ...seen } = await probed(ends, 500);
    assertEquals(seen, { allowed, failure, unregistered: false });
  }
  const { unregistered, failure, asked } = await probed({ read: unknown }, 500);
  assertEquals([unregistered, failure, asked], [true, undefined, [500]]);
});

test("probeService() asks only about reading when the time is up", async () => {
  const { allowed, asked } = await probed({}, 0);
  assertEquals(allowed, { read: "allowed", search: "unknown", write: "unknown" });
  // The client takes 0 for no limit.
  assertEquals(asked, [1]);
});

test("measureRead() gives the median of five reads, and nothing when they take too long", async () => {
  // By a clock of its own, which only the reads move.
  let clock = 0;
  await withClock(() => clock, async () => {
    const measured = async (reads: readonly (number | Error)[], each = 500) => {
      let asked = 0;
      const client = {
        // deno-lint-ignore require-await
        async request() {
          const read = reads[asked++]!;
          if (typeof read !== "number") throw read;
          clock += read;
        },
      } as unknown as KeychainClient;
      return [await measureRead(client, "App", new TimeLimit(each)), asked] as const;
    };
    assertEquals(await measured([1, 2, 50, 4, 3]), [3, 5]);
    assertEquals(await measured([1, LATE]), [undefined, 2]);
    assertEquals(await measured([], 0), [undefined, 0]);
    assertEquals(await measured([INTERNAL]).catch((error) => error), INTERNAL);
  });
});

test("kca doctor says for each failure what to type, once", () => {
  const quoted = new ConnectionLostError(true, { hint: "It is stopped", remedy: "kill -CONT 7" });
  const mended = failed(quoted, FLAGS);
  assertEquals(mended.commands, ["kill -CONT 7"]);
  assert(mended.what.endsWith("It is stopped"), mended.what);
  const late = failed(LATE, { ...FLAGS, service: ["App", "my app"] });
  assertEquals(late.commands.length, 1);
  assertStringIncludes(late.commands[0]!, "kca doctor --service App --service ");
  assertStringIncludes(late.commands[0]!, " --timeout 60s");
  assertEquals(failed(LATE, FLAGS).commands, ["kca doctor --timeout 60s"]);
  // Nothing waits for a password that was never asked for; or the error knows better.
  for (
    const [error, explained] of [
      [new TimeoutError("connection", 1, false), false],
      [LATE, true],
      [INTERNAL, false],
    ] as const
  ) {
    const { commands, hint, exitCode } = failed(error, FLAGS, explained);
    assertEquals([commands, hint, exitCode], [[], undefined, 5]);
  }
});

test("kca doctor suggests starting the daemon only when no socket was given", () => {
  const default_ = "where the daemon listens by default";
  const start = (remedy?: string, advice?: string) =>
    new DaemonUnavailableError([], { remedy, ...(advice !== undefined && { advice }) });
  const socket = { ...FLAGS, socket: "/s" };
  for (
    const [error, source, flags, commands, hint] of [
      [start(), default_, FLAGS, ["keychain-auth start"], undefined],
      [start("sudo x"), default_, FLAGS, ["sudo x"], undefined],
      [start("sudo x"), "named by --socket", socket, ["sudo x"], "named by --socket"],
      [start(undefined, "a file"), "named by --socket", socket, ["kca doctor"], "named by"],
      [start(undefined, "a file"), default_, FLAGS, [], undefined],
      [new UntrustedPeerError("/s", 1, "why", "fix"), default_, FLAGS, ["fix"], undefined],
    ] as const
  ) {
    const problem = unreachable(error, source, flags);
    assertEquals([problem.commands, problem.exitCode], [[...commands], 3]);
    if (hint === undefined) assertEquals(problem.hint, undefined);
    else assertStringIncludes(problem.hint!, hint);
  }
});

test("kca doctor shows each sufficient set of Deno flags, and flags to remove", () => {
  const one = unreachable(new PermissionError("FFI", [["--allow-ffi=/a b"], []]), "", FLAGS);
  assertEquals(one.commands.length, 1);
  assert(/^deno run ["']--allow-ffi=\/a b["'] …$/.test(one.commands[0]!), one.commands[0]);
  assertEquals(one.hint, "The flags go before the script's name");
  assertStringIncludes(one.what, "was not given the permission to reach");
  const two = unreachable(new PermissionError("x", [["--a"], ["--b", "--c"]]), "", FLAGS);
  assertEquals(two.commands, ["deno run --a …", "deno run --b --c …"]);
  assertStringIncludes(two.hint!, "Any one of these");
  const without = ["--deny-ffi", "--deny-net"];
  const denied = unreachable(new PermissionError("FFI", [[]], { without }), "", FLAGS);
  assertStringIncludes(denied.what, "run it without --deny-ffi and --deny-net");
  assertEquals(denied.commands, []);
});

test("kca doctor explains the placeholder for a service that was not given", () => {
  const denial = (service: string, shared = false) =>
    new DeniedError("service_not_allowed", service, "read", { path: "/x", shared });
  const named = forbidden(denial("App"), ["search", "write"]);
  assertEquals(named, {
    what: 'This executable may not search, write in service "App"',
    commands: ["keychain-auth authorize /x App"],
    exitCode: 4,
  });
  const unnamed = unregistered([denial(SERVICE, true), denial("B")]);
  assertEquals(unnamed.commands, [
    `keychain-auth authorize /x ${SERVICE}`,
    "keychain-auth authorize /x B",
  ]);
  assertStringIncludes(unnamed.hint!, "SERVICE stands for");
  assertStringIncludes(unnamed.hint!, "every script that the runtime runs");
});

/** A report of a machine where all is well. */
const REPORT: Report = {
  ok: true,
  version: "1",
  runtime: { name: "bun", version: "1.4.5", system: "linux", arch: "x64" } as Report["runtime"],
  project: { path: "/p/kca.json", service: "App", secrets: 2, allowed: true },
  executable: { path: "/x", sha256: "abc", shared: false },
  transport: { name: "ffi", reason: "why" },
  endpoint: {
    used: "/s",
    source: "default",
    candidates: [
      { endpoint: "/r", tried: true, connected: false, status: "refused" },
      { endpoint: "/s", tried: true, connected: true, status: "connected" },
      { endpoint: "/t", tried: false, connected: false, status: "not tried" },
    ],
  },
  closeOnExec: true,
  daemon: { reachable: true, pid: 7, uid: 0 },
  needed: ["read"],
  permissions: { App: { read: "allowed", search: "denied", write: "unknown" } },
  latency: { connect: 1.234, read: 0.1 },
  denoFlags: [["--a", "--b"], ["--c"]],
  problems: [],
};

test("kca doctor's screen marks what is good and what is bad", () => {
  assertEquals(
    screenOf(REPORT),
    `✓ project        /p/kca.json
                 2 of service App, allowed
✓ runtime        bun 1.4.5 on linux x64
✓ executable     /x
                 SHA-256 abc
                 a program with its own identity
✓ transport      ffi: why
✓ endpoint       default
                 ✗ /r: refused
                 ✓ /s: connected
                   /t: not tried
✓ daemon         reachable: process 7, user id 0 (root)
✓ close-on-exec  yes, read back from the kernel: no child inherits the connection
✓ service        App: read allowed, search denied, write unknown
  latency        connect 1.23 ms, later reads 0.10 ms
  Deno flags     --a --b
                 or --c

✓ All is well
`,
  );
  const problem = { what: "One\ntwo", commands: ["kca x"], hint: "Look", exitCode: 3 };
  assertEquals(
    screenOf({
      ...REPORT,
      project: { path: "/p", service: "App", secrets: 0, allowed: false },
      executable: { path: "/x", shared: true, replaced: true },
      closeOnExec: false,
      daemon: { reachable: true, uid: 1000 },
      needed: ["read", "search"],
      latency: {},
      denoFlags: undefined,
      problems: [problem],
    }),
    `✗ project        /p
                 0 of service App, not allowed yet
✓ runtime        bun 1.4.5 on linux x64
✗ executable     /x
                 SHA-256 unknown: you may not read the file
                 a shared runtime: approving it approves every script that it runs
✓ transport      ffi: why
✓ endpoint       default
                 ✗ /r: refused
                 ✓ /s: connected
                   /t: not tried
✓ daemon         reachable: user id 1000
✗ close-on-exec  no: child processes inherit the connection
✗ service        App: read allowed, search denied, write unknown

✗ One
  two
  Type: kca x
  Look
`,
  );
});

test("kca doctor's screen leaves out unknown facts", () => {
  const unseen = { ...REPORT, project: undefined, executable: undefined, denoFlags: undefined };
  const text = screenOf({ ...unseen, daemon: { reachable: false }, permissions: {}, latency: {} });
  assertEquals(/project|daemon|close-on-exec|service {4}|latency|Deno flags/.exec(text), null);
  assertStringIncludes(text, "  executable     unknown: this runtime does not say\n");
  assertStringIncludes(text, "✗ endpoint ");
  assertStringIncludes(text, "✓ All is well\n  To see what this executable may do: kca doctor");
  const hidden = screenOf({ ...unseen, closeOnExec: undefined, daemon: { reachable: true } });
  assertStringIncludes(hidden, "✓ daemon         reachable\n");
  assertStringIncludes(hidden, "✓ close-on-exec  set by the runtime;");
});

test("kca doctor's screen fits a narrow terminal, and colours its marks", () => {
  const narrow = screenOf(REPORT, 40);
  assertStringIncludes(narrow, "✓ transport\n    ffi: why\n");
  for (const line of narrow.split("\n")) assert(line.length <= 40, line);
  assertStringIncludes(screenOf(REPORT, 80), "✓ transport     ffi: why\n");
  assertStringIncludes(screenOf(REPORT, 81), "✓ transport      ffi: why\n");
  const coloured = screenOf(REPORT, 80, true);
  assertStringIncludes(coloured, "\x1b[32m✓\x1b[39m \x1b[1mtransport\x1b[22m     ffi: why\n");
  assertStringIncludes(coloured, "\x1b[31m✗\x1b[39m /r: refused\n");
  assert(!screenOf(REPORT, 80, false).includes("\x1b"));
});

test("kca doctor leaves the daemon a second when it has used up its own time", async () => {
  const limit = new TimeLimit(undefined);
  const late = performance.now() + 60_000;
  await withClock(() => late, () => {
    assertEquals([limit.first, limit.timeout], [1_000, 0]);
    assertEquals(new TimeLimit(7).first, 7);
  });
});
