/** Who listens on a Unix socket. */
import { assertEquals, assertRejects } from "@std/assert";
import { spawn, spawnSync } from "node:child_process";
import { chownSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { DaemonUnavailableError, UntrustedPeerError } from "../../mod.ts";
import { fixtureCommand, runCommand, runFixture, runtime, test } from "../harness.ts";
import { hasFfi, modes, testClient } from "../support/clients.ts";

testClient("peer tells who listens", {}, async ({ client, daemon, mode }) => {
  await client.service("S").get("T");
  assertEquals(client.peer?.uid, process.getuid?.());
  if (mode.transport === "ffi" && !mode.sync) assertEquals(client.peer?.pid, process.pid);
  assertEquals(client.endpoint, daemon.endpoint);
});

/** Listens as another user and reports whatever a client sends. */
const LISTENER = `
import os, socket, sys
os.setgid(65533); os.setuid(65534)
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); os.chmod(sys.argv[1], 0o666); s.listen()
print("ready", flush=True)
while True:
    c, _ = s.accept()
    c.settimeout(5)
    print("got", c.recv(100), flush=True)
    c.close()
`;

const canPlay = process.getuid?.() === 0 && spawnSync("python3", ["-c", ""]).status === 0;

async function startOtherUser(): Promise<{ endpoint: string; folder: string } & OtherUser> {
  const folder = mkdtempSync(join(tmpdir(), "kca-other-user-"));
  chownSync(folder, 65534, 65533);
  const endpoint = join(folder, "agent.sock");
  const child = spawn("python3", ["-c", LISTENER, endpoint], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  assertEquals((await lines.next()).value, "ready");
  return {
    endpoint,
    folder,
    pid: child.pid!,
    got: async () => (await lines.next()).value,
    async [Symbol.asyncDispose]() {
      child.kill();
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}

interface OtherUser extends AsyncDisposable {
  readonly pid: number;
  /** What it was told by the next client. */
  got(): Promise<string | undefined>;
}

for (const mode of modes) {
  test(`[${mode.name}] another user's socket is refused before anything is sent`, async () => {
    await using other = await startOtherUser();
    const { endpoint, folder } = other;
    const error = await assertRejects(() => mode.connect({ endpoint }), UntrustedPeerError);
    assertEquals([error.endpoint, error.uid], [endpoint, 65534]);
    // The kernel names the other end of a connection only.
    const connects = mode.transport === "ffi";
    if (connects) assertEquals(await other.got(), "got b''");
    // The link is the caller's own, the socket is not.
    const link = join(folder, "link.sock");
    symlinkSync(endpoint, link);
    await assertRejects(() => mode.connect({ endpoint: link }), UntrustedPeerError);
    if (connects) assertEquals(await other.got(), "got b''");
    const trusting = await mode.connect({ endpoint, peer: { uids: [65534] } });
    const pid = mode.transport === "ffi" ? { pid: other.pid } : {};
    assertEquals(trusting.peer, { ...pid, uid: 65534, gid: 65533 });
    await trusting.close();
    assertEquals(await other.got(), "got b''");
    // Not by the number of its group.
    const grouped = mode.connect({ endpoint, peer: { uids: [65533] } });
    await assertRejects(() => grouped, UntrustedPeerError);
  }, { skip: !canPlay });
}

for (const mode of modes) {
  test(`[${mode.name}] a file on the path to the socket, and a folder in its place, are reported as such`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "kca-below-file-"));
    try {
      writeFileSync(join(folder, "file"), "");
      for (
        const [endpoint, code] of [
          [join(folder, "file", "agent.sock"), "ENOTDIR"],
          [folder, "ECONNREFUSED"],
          ["/", "ECONNREFUSED"],
        ] as const
      ) {
        const error = await assertRejects(() => mode.connect({ endpoint }), DaemonUnavailableError);
        // Without the right to write to a file nobody may connect to it: only root may, to "/".
        const kernels = mode.transport === "ffi" && endpoint === "/" && process.getuid!() !== 0;
        assertEquals(error.tried.map((attempt) => attempt.error), [kernels ? "EACCES" : code]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

test("Deno without the permission to check the path refuses, and never prompts", async () => {
  await using other = await startOtherUser();
  const { endpoint } = other;
  const read = `--allow-read=/${endpoint.split("/")[1]}`;
  const others = [`--allow-write=${endpoint}`, `--allow-net=unix:${endpoint}`];
  const uid = "--allow-sys=uid";
  for (const transport of ["deno", "node"]) {
    const connectOnce = async (permissions: string[]) => {
      const options = { args: [endpoint, transport], permissions };
      const { stdout, stderr } = await runFixture("connect_once", options);
      assertEquals(stderr, "");
      return JSON.parse(stdout) as { code: string; flags: string[][] };
    };
    for (const partial of [[read], [`--allow-read=${endpoint}`, uid]]) {
      const { code, flags } = await connectOnce([...others, ...partial]);
      assertEquals([code, flags.at(-1)], ["permission", [read, ...others, uid]]);
    }
    assertEquals((await connectOnce([read, ...others, uid])).code, "untrusted_peer");
  }
}, { skip: !canPlay || runtime !== "deno" });

/** Answers each request with one value, as the user 65534, and is found where a system daemon is. */
const SYSTEM_DAEMON = `
import os, socket
os.makedirs("/run/keychain-auth"); os.chown("/run/keychain-auth", 65534, 65534)
os.setgid(65534); os.setuid(65534)
s = socket.socket(socket.AF_UNIX); s.bind("/run/keychain-auth/agent.sock"); s.listen()
print("ready", flush=True)
while True:
    c, _ = s.accept()
    while c.recv(1000):
        c.sendall(b'{"type":"RESPONSE","status":"success","results":[{"target":"T","value":"v"}]}\\n')
`;

/** With a /run of its own, which ends with the command. */
const IN_ITS_OWN_RUN = `
mount -t tmpfs none /run
python3 -c "$0" > /run/ready & daemon=$!
until grep -q ready /run/ready; do sleep 0.02; done
"$@"; code=$?
kill $daemon; exit $code
`;

const unshare = ["unshare", "--mount", "--propagation", "private"];
const canMount = canPlay && spawnSync(unshare[0]!, [...unshare.slice(1), "true"]).status === 0;

for (const transport of hasFfi ? ["ffi", "node"] : ["node"]) {
  test(
    `[${transport}] the daemon of the whole system is trusted, which has a user of its own`,
    async () => {
      const { stdout, stderr } = await runCommand([
        ...[...unshare, "sh", "-c", IN_ITS_OWN_RUN, SYSTEM_DAEMON],
        ...fixtureCommand("connect_once", { args: ["", transport] }),
      ], { env: { KEYCHAIN_AUTH_SOCKET: undefined } });
      const result = JSON.parse(stdout || "{}");
      assertEquals([result.transport, result.value], [transport, "v"], stdout + stderr);
      assertEquals(result.peer.uid, 65534);
    },
    { skip: !canMount || process.platform !== "linux" },
  );
}
