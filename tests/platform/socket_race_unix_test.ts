/** Another user who changes the socket's path while the client connects gets nothing. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { connect, isKeychainAuthError, UntrustedPeerError } from "../../mod.ts";
import { startDaemon } from "../../testing/mod.ts";
import { test } from "../harness.ts";
import { hasFfi, modes } from "../support/clients.ts";

/** What the other user does on accept, and how often it is tried. */
const TRICKS = { remove: 200, link: 200, nothing: 250 };
const SECRET = "the-value-that-no-other-user-gets";

/**
 * Listens as another user, does something with the path as soon as a client is there, and reports
 * whatever the client sends. Runs until its input ends, and says then how many clients came.
 */
const ATTACKER = `
import os, select, socket, sys
path, trick = sys.argv[1:]
os.setgid(65533); os.setuid(65534)
clients = 0
def listen():
    if os.path.lexists(path): os.remove(path)
    s = socket.socket(socket.AF_UNIX); s.bind(path); os.chmod(path, 0o666); s.listen(100)
    return s
s = listen()
print("ready", flush=True)
while True:
    readable, _, _ = select.select([s, sys.stdin], [], [])
    if sys.stdin in readable: break
    c, _ = s.accept()
    clients += 1
    if trick != "nothing": os.remove(path)
    if trick == "link": os.symlink("/etc/passwd", path)
    c.settimeout(0.2)
    try: data = c.recv(1000)
    except OSError: data = b""
    if data: print("got", data, flush=True)
    c.close(); s.close()
    s = listen()
print("clients", clients, flush=True)
`;

const canPlay = process.getuid?.() === 0 && spawnSync("python3", ["-c", ""]).status === 0;

/** Folders where another user may act, from most to least open. */
const FOLDERS = {
  "a folder of the other user": (path: string) => chownSync(path, 65534, 65533),
  "a folder that all may write to": (path: string) => chmodSync(path, 0o777),
  "a sticky folder": (path: string) => chmodSync(path, 0o1777),
};

for (const mode of modes.filter(({ sync }) => !sync)) {
  for (const [trick, tries] of Object.entries(TRICKS)) {
    test(
      `[${mode.name}] 0 of ${tries} secrets reach another user who does ${trick} on accept`,
      async () => {
        for (const [name, open] of Object.entries(FOLDERS)) {
          const base = mkdtempSync(join(tmpdir(), "kca-race-"));
          chmodSync(base, 0o755);
          const folder = join(base, "folder");
          mkdirSync(folder);
          open(folder);
          const endpoint = join(folder, "agent.sock");
          const child = spawn("python3", ["-c", ATTACKER, endpoint, trick], {
            stdio: ["pipe", "pipe", "inherit"],
          });
          const exited = new Promise((resolve) => child.once("exit", resolve));
          const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
          assertEquals((await lines.next()).value, "ready");
          const codes = new Map<unknown, number>();
          const share = Math.ceil(tries / Object.keys(FOLDERS).length);
          for (let tried = 0; tried < share; tried++) {
            const code = await write(mode.transport, endpoint);
            codes.set(code, (codes.get(code) ?? 0) + 1);
          }
          child.stdin.end();
          const told: string[] = [];
          for (;;) {
            const { value, done } = await lines.next();
            if (done) break;
            told.push(value);
          }
          await exited;
          rmSync(base, { recursive: true });
          assertEquals(told.filter((line) => line.startsWith("got")), [], name);
          // Between two sockets of the attacker there is none.
          codes.delete("daemon_unavailable");
          assertEquals([...codes.keys()], ["untrusted_peer"], name);
        }
      },
      { skip: !canPlay, timeout: 120_000 },
    );
  }
}

/** @returns The error's code, or `undefined` when the secret was sent. */
async function write(transport: "ffi" | "deno" | "node", endpoint: string): Promise<unknown> {
  try {
    await using client = await connect({ transport, endpoint, timeout: 60_000 });
    await client.service("S").write({ T: SECRET });
    return undefined;
  } catch (error) {
    assert(isKeychainAuthError(error), String(error));
    return error.code;
  }
}

for (const mode of modes.filter(({ transport }) => transport !== "ffi")) {
  test(`[${mode.name}] a path that others can change is refused, with the fix`, async () => {
    await using daemon = await startDaemon({ secrets: { S: { T: "v" } } });
    const base = mkdtempSync(join(tmpdir(), "kca-way-"));
    try {
      const open = join(base, "open");
      mkdirSync(open);
      const link = join(open, "agent.sock");
      symlinkSync(daemon.endpoint, link);
      const value = async (): Promise<string | undefined> => {
        await using client = await connect({ transport: mode.transport, endpoint: link });
        return await client.service("S").get("T");
      };
      assertEquals(await value(), "v");
      for (const bits of [0o777, 0o775, 0o757]) {
        chmodSync(open, bits);
        const error = await assertRejects(value, UntrustedPeerError);
        assert(error.message.endsWith(`Run chmod go-w ${open}`), error.message);
        const remedy = error.message.slice(error.message.indexOf("chmod"));
        assertEquals(spawnSync("sh", ["-c", remedy]).status, 0);
        assertEquals(await value(), "v");
      }
      chmodSync(open, 0o1777);
      assertEquals(await value(), "v");
    } finally {
      rmSync(base, { recursive: true });
    }
  });

  test(`[${mode.name}] peer: { require: "kernel" } refuses a socket of which the file is known`, async () => {
    await using daemon = await startDaemon();
    const options = { transport: mode.transport, endpoint: daemon.endpoint } as const;
    const error = await assertRejects(
      () => connect({ ...options, peer: { require: "kernel" } }),
      UntrustedPeerError,
    );
    assertEquals([error.endpoint, error.uid], [daemon.endpoint, undefined]);
    assertEquals(daemon.connections, 0);
    // Also where anybody is trusted: what is required is more than that.
    await assertRejects(
      () => connect({ ...options, peer: { check: false, require: "kernel" } }),
      UntrustedPeerError,
    );
  });

  test(`[${mode.name}] a link of another user is refused`, async () => {
    await using daemon = await startDaemon();
    const base = mkdtempSync(join(tmpdir(), "kca-link-"));
    try {
      const link = join(base, "link.sock");
      symlinkSync(daemon.endpoint, link);
      spawnSync("chown", ["-h", "65534", link]);
      const error = await assertRejects(
        () => connect({ transport: mode.transport, endpoint: link }),
        UntrustedPeerError,
      );
      assertEquals(error.uid, 65534);
      const trusted = { transport: mode.transport, endpoint: link, peer: { uids: [65534] } };
      await (await connect(trusted)).close();
    } finally {
      rmSync(base, { recursive: true });
    }
  }, { skip: !canPlay });

  for (const target of ["loop.sock", "../nowhere/agent.sock"]) {
    test(`[${mode.name}] a link to ${target} leads to no daemon`, async () => {
      const base = mkdtempSync(join(tmpdir(), "kca-loop-"));
      try {
        const link = join(base, "loop.sock");
        symlinkSync(target, link);
        const error = await assertRejects(
          () => connect({ transport: mode.transport, endpoint: link }),
        );
        assert(isKeychainAuthError(error, "daemon_unavailable"), String(error));
      } finally {
        rmSync(base, { recursive: true });
      }
    });
  }
}

test('[ffi] peer: { require: "kernel" } takes what the kernel says', async () => {
  await using daemon = await startDaemon({ secrets: { S: { T: "v" } } });
  await using client = await connect({ endpoint: daemon.endpoint, peer: { require: "kernel" } });
  assertEquals(client.transport, "ffi");
  assertEquals(await client.service("S").get("T"), "v");
}, { skip: !hasFfi });
