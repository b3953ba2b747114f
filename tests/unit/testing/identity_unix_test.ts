/** The daemon that identifies its callers by their executables. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  linkSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import {
  approve,
  authorize,
  check,
  register,
  upgrade,
} from "../../../testing/identify/approvals.ts";
import { PendingList } from "../../../testing/identify/pending.ts";
import { hashFile } from "../../../testing/identify/program.ts";
import { startDaemon } from "../../../testing/mod.ts";
import { execPath, test } from "../../harness.ts";
import { identifies, READ, self, SERVICE, startIdentified } from "../../support/identified.ts";
import { RawClient } from "../../support/raw_client.ts";
import { ANP, found, INT, SNA, UNREG } from "../../support/replies.ts";

const HIT = found('{"target":"A","value":"1"}');
const linux = { skip: !identifies };
// Starts copies of a runtime, each of which is hashed.
const slow = { ...linux, timeout: 120_000 };

test("daemon refuses an unknown executable unsolicited, and remembers it", async () => {
  await using identified = await startIdentified();
  const { daemon } = identified;
  await using silent = await RawClient.connect(daemon.endpoint);
  // It counts from the beginning, not from when it is known.
  assertEquals([daemon.connections, daemon.openConnections], [1, 1]);
  assertEquals(await silent.rest(), `${UNREG}\n`);
  assertEquals(await identified.ask(), UNREG);
  const [attempt, ...others] = identified.pending();
  assertEquals([attempt!.path, attempt!.hash, others.length], [self, await hashFile(self), 0]);
  assertEquals(
    attempt!.command_line,
    readFileSync("/proc/self/cmdline", "utf8").split("\0").slice(0, -1),
  );
  const { timestamp, ...event } = identified.audit()[0]!;
  assert(Math.abs(Date.parse(String(timestamp)) - Date.now()) < 60_000);
  assertEquals(event, {
    action: "connect",
    pid: process.pid,
    binary_path: self,
    binary_hash: attempt!.hash,
    result: "DENIED",
    reason: "unregistered_binary_pending_approval",
  });
  assertEquals(statSync(join(identified.folder, "pending.json")).mode & 0o777, 0o600);
  assertEquals(statSync(join(identified.folder, "audit.log")).mode & 0o777, 0o600);
  await daemon.close();
  const open = readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(identified.folder);
    } catch {
      return false; // the descriptor that listed the others
    }
  });
  assertEquals(open, []);
}, linux);

test("authorize grants reading, writing and searching to the next connection", async () => {
  await using identified = await startIdentified();
  const { config } = identified;
  await assertRejects(() => check(config, self, SERVICE), Error, "binary not registered");
  assertEquals(
    await register(config, self),
    `Registered ${self} with hash ${await hashFile(self)}`,
  );
  await using before = await RawClient.connect(identified.daemon.endpoint);
  assertEquals(await before.ask(READ), SNA);
  assertEquals(await before.ask({ action: "search", service: SERVICE }), ANP);
  await assertRejects(() => check(config, self, SERVICE), Error, "lacks authorized");
  assertEquals(await authorize(config, self, SERVICE), `Authorized ${self} for service ${SERVICE}`);
  await check(config, self, SERVICE);
  // The policy is bound to the connection.
  assertEquals(await before.ask(READ), SNA);
  await using after = await RawClient.connect(identified.daemon.endpoint);
  assertEquals(await after.ask(READ), HIT);
  assertEquals(
    await after.ask({ action: "search", service: SERVICE }),
    found('{"target":"A"}'),
  );
  approve(config, "none", self);
  assertEquals(await after.ask(READ), HIT);
  assertEquals(await identified.ask(), UNREG);
  assertEquals(
    identified.audit().map((
      { action, targets, result, reason },
    ) => [action, targets, result, reason]),
    [
      ["connect", undefined, "ACCEPTED", undefined],
      ["read", ["A"], "DENIED", "service_not_allowed"],
      ["search", [], "DENIED", "action_not_in_policy"],
      ["read", ["A"], "DENIED", "service_not_allowed"],
      ["connect", undefined, "ACCEPTED", undefined],
      ["read", ["A"], "GRANTED", undefined],
      ["search", [], "GRANTED", undefined],
      ["read", ["A"], "GRANTED", undefined],
      ["connect", undefined, "DENIED", "unregistered_binary_pending_approval"],
    ],
  );
}, slow);

test("approve removes the services of a path, register and upgrade keep them", async () => {
  await using identified = await startIdentified();
  const { config } = identified;
  await assertRejects(() => upgrade(config, self), Error, "is not registered");
  await authorize(config, self, SERVICE);
  await register(config, self);
  await upgrade(config, self);
  assertEquals(await identified.ask(), HIT);
  approve(config, await hashFile(self), self);
  assertEquals(await identified.ask(), SNA);
  await authorize(config, self, SERVICE);
  await authorize(config, self, SERVICE);
  assertEquals(identified.registered().map((entry) => entry.allowed_read_services), [[SERVICE]]);
}, slow);

test("approve uses the path of a pending hash, and removes it from the list", async () => {
  await using identified = await startIdentified();
  const { config } = identified;
  await identified.ask();
  const { hash } = identified.pending()[0]!;
  approve(config, hash);
  assertEquals(identified.pending(), []);
  assertEquals(await identified.ask(), SNA);
  let message = "";
  try {
    approve(config, "sha256:00");
  } catch (error) {
    message = (error as Error).message;
  }
  assert(message.startsWith("hash sha256:00 not found in pending attempts"), message);
}, linux);

for (const kind of ["symbolic link", "hard link", "copy"] as const) {
  test(`an entry for a ${kind} blocks the real path until it is neutralised`, async () => {
    await using identified = await startIdentified();
    const { config } = identified;
    const program = join(identified.folder, "program");
    const wrong = join(identified.folder, "other");
    copyFileSync(self, program);
    chmodSync(program, 0o755);
    if (kind === "symbolic link") symlinkSync(program, wrong);
    else if (kind === "hard link") linkSync(program, wrong);
    else copyFileSync(program, wrong);
    await authorize(config, wrong, SERVICE);
    await authorize(config, program, SERVICE);
    assertEquals(await identified.askFrom(program), `${UNREG}\n`);
    await assertRejects(
      () => check(config, program, SERVICE),
      Error,
      `binary path mismatch: expected ${wrong}, got ${program}`,
    );
    approve(config, "none", wrong);
    assertEquals(await identified.askFrom(program), `${HIT}\n`);
  }, slow);
}

test("daemon answers a broken configuration with an internal error, and closes", async () => {
  await using identified = await startIdentified();
  for (
    const broken of [
      "{",
      "[]",
      '{"registered_binaries":{}}',
      '{"registered_binaries":["x"]}',
      '{"registered_binaries":[{"path":1}]}',
      '{"registered_binaries":[{"can_search":"yes"}]}',
      '{"registered_binaries":[{"allowed_read_services":[1]}]}',
      '{"trusted_signers":"x"}',
    ]
  ) {
    writeFileSync(identified.config, broken);
    await using client = await RawClient.connect(identified.daemon.endpoint);
    assertEquals(await client.rest(), `${INT}\n`, broken);
  }
  for (const empty of ["null", "{}", '{"registered_binaries":null}']) {
    writeFileSync(identified.config, empty);
    assertEquals(await identified.ask(), UNREG, empty);
  }
  rmSync(identified.config);
  assertEquals(await identified.ask(), UNREG, "no file");
}, slow);

test("a pending caller is forgotten after a day", async () => {
  await using identified = await startIdentified();
  let now = Date.UTC(2026, 0, 1);
  const pending = new PendingList(identified.config, () => now);
  pending.add("/old", "sha256:1", ["old"]);
  now += 24 * 60 * 60 * 1_000 - 1;
  pending.add("/new", "sha256:2", ["new"]);
  assertEquals(pending.load().map(({ path }) => path), ["/old", "/new"]);
  now += 1;
  assertEquals(pending.load().map(({ path }) => path), ["/new"]);
  pending.add("/newer", "sha256:2", ["newer"]);
  assertEquals(identified.pending().map(({ path }) => path), ["/newer"]);
}, linux);

test("daemon identifies another user's process", async () => {
  await using identified = await startIdentified();
  const { endpoint } = identified.daemon;
  chmodSync(join(endpoint, ".."), 0o755);
  chmodSync(endpoint, 0o666);
  // This runtime's own file may be where nobody else may look.
  const script = "my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die; print <$s>";
  const child = spawn("perl", ["-MIO::Socket::UNIX", "-e", script, endpoint], {
    uid: 65_534,
    gid: 65_534,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let output = "";
  child.stdout!.setEncoding("utf8").on("data", (text: string) => output += text);
  await new Promise((resolve) => child.once("close", resolve));
  assertEquals(output, `${UNREG}\n`);
  const [attempt] = identified.pending();
  assert(/perl/.test(attempt!.path), attempt!.path);
}, { skip: !identifies || process.getuid?.() !== 0 });

test("startDaemon() refuses a configuration beside a policy", async () => {
  const policy = { allowed_read_services: [], allowed_write_services: [], can_search: false };
  await assertRejects(() => startDaemon({ config: "/c.json", policy }), TypeError, "config");
  await assertRejects(
    () => startDaemon({ config: "/c.json", registered: true }),
    TypeError,
    "config",
  );
  await assertRejects(() => startDaemon({ config: "" }), TypeError, "config");
  if (!identifies) await assertRejects(() => startDaemon({ config: execPath }), Error, "Linux");
});
