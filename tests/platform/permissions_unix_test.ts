import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import process from "node:process";
import { startDaemon } from "../../testing/mod.ts";
import { ffiFlag } from "../../connect/deno_permissions.ts";
import { libcCandidates } from "../../ffi/posix/libc.ts";
import { runtime as here } from "../../src/runtime.ts";
import { root, runFixture, runtime, runtimeMajor, test } from "../harness.ts";
import { temporaryFolder } from "../support/kca.ts";
import { createHash } from "node:crypto";
import { existsSync, lchownSync, readFileSync, realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";

const SECRETS = { S: { T: "value" } };
const deno = { skip: runtime !== "deno" };
const libc = libcCandidates(here).find((path) => existsSync(path));

async function connectOnce(
  permissions: string[],
  endpoint?: string,
  env: Record<string, string | undefined> = {},
  flags: string[] = [],
): Promise<Record<string, unknown>> {
  const args = endpoint === undefined ? [] : [endpoint];
  const options = { args, permissions, env, flags };
  const { stdout, stderr, code } = await runFixture("connect_once", options);
  assertEquals(code, 0, stderr);
  return JSON.parse(stdout);
}

/** What Deno's own sockets need: to connect, and to see who could have put the socket there. */
function socketFlags(path: string): string[] {
  const top = `/${path.split("/")[1]}`;
  return [
    `--allow-read=${top}`,
    `--allow-write=${path}`,
    `--allow-net=unix:${path}`,
    "--allow-sys=uid",
  ];
}

test("Deno with the libc grant and the environment alone uses ffi", async () => {
  await using daemon = await startDaemon({ secrets: SECRETS });
  const flags = [`--allow-ffi=${libc}`, "--allow-env"];
  const env = { KEYCHAIN_AUTH_SOCKET: daemon.endpoint };
  const result = await connectOnce(flags, undefined, env);
  assertEquals([result.transport, result.value], ["ffi", "value"]);
  assertEquals(result.inheritable, false);
  assertEquals((result.peer as { pid: number }).pid, process.pid);
}, deno);

test("Deno with the socket grants alone uses Deno.connect", async () => {
  await using daemon = await startDaemon({ secrets: SECRETS });
  const path = daemon.endpoint;
  const result = await connectOnce(socketFlags(path), path);
  assertEquals([result.transport, result.value], ["deno", "value"]);
}, deno);

test(
  "a link of another user does not choose which permission the user is told to give",
  async () => {
    using folder = temporaryFolder();
    const link = join(folder.path, "agent.sock");
    symlinkSync("/elsewhere/agent.sock", link);
    const asked = await connectOnce(socketFlags(link), link);
    const permission = [`--allow-read=/${link.split("/")[1]},/elsewhere`];
    assertEquals([asked.code, (asked.flags as string[][]).at(-1)], ["permission", permission]);
    lchownSync(link, 65534, 65534);
    const refused = await connectOnce(socketFlags(link), link);
    assertEquals(refused.code, "untrusted_peer");
    assertStringIncludes(String(refused.message), "belongs to user id 65534");
  },
  { skip: runtime !== "deno" || process.getuid?.() !== 0 },
);

test("Deno with neither is told both sets of flags with the real path", async () => {
  await using daemon = await startDaemon({ secrets: SECRETS });
  const path = daemon.endpoint;
  const result = await connectOnce([], path);
  assertEquals(result.code, "permission");
  assertEquals(result.flags, [
    [`--allow-ffi=${libcCandidates(here)[0]}`],
    socketFlags(path),
  ]);
  for (const flag of (result.flags as string[][]).flat()) {
    assertStringIncludes(String(result.message), flag);
  }
}, deno);

test(
  "Deno without the environment is told the flag for it, besides what else is missing",
  async () => {
    const env = "--allow-env=KEYCHAIN_AUTH_SOCKET,XDG_RUNTIME_DIR,HOME";
    assertEquals((await connectOnce([`--allow-ffi=${libc}`])).flags, [[env]]);
    const path = "/run/keychain-auth/agent.sock";
    assertEquals((await connectOnce([])).flags, [
      [env, `--allow-ffi=${libcCandidates(here)[0]}`],
      [env, ...socketFlags(path)],
    ]);
  },
  { skip: runtime !== "deno" || here.system !== "linux" || existsSync("/run/keychain-auth") },
);

test("each set of flags that a missing permission names is enough", async () => {
  await using daemon = await startDaemon({ secrets: SECRETS });
  const { flags } = await connectOnce([], daemon.endpoint);
  for (const set of flags as string[][]) {
    assertEquals((await connectOnce(set, daemon.endpoint)).value, "value", set.join(" "));
  }
}, deno);

test(
  "Deno with the grant for a libc that is not there uses Deno.connect, or names all others",
  async () => {
    await using daemon = await startDaemon({ secrets: SECRETS });
    const path = daemon.endpoint;
    const files = libcCandidates(here).filter((file) => file.startsWith("/"));
    const absent = `--allow-ffi=${files.find((file) => !existsSync(file))}`;
    const socket = socketFlags(path);
    assertEquals((await connectOnce([absent, ...socket], path)).transport, "deno");
    const first = `--allow-ffi=${files[0]}`;
    const { flags } = await connectOnce([absent], path);
    assertEquals(flags, [[first], socket]);
    // Where the files can be read, the one that is there is named.
    const seen = await connectOnce(["--allow-read"], path);
    assertEquals((seen.flags as string[][])[0], [`--allow-ffi=${libc}`]);
    // Where the most likely one is granted and not there, it can only be one of the others.
    assertEquals(
      ffiFlag(["/nonexistent/a", "/nonexistent/b", "c"]),
      "--allow-ffi=/nonexistent/a,/nonexistent/b",
    );
  },
  { skip: runtime !== "deno" || here.system !== "linux" },
);

test("Deno that may see which endpoint is named is not told to see more", async () => {
  const env = { KEYCHAIN_AUTH_SOCKET: "/nonexistent/agent.sock" };
  const flags = [`--allow-ffi=${libc}`, "--allow-env=KEYCHAIN_AUTH_SOCKET"];
  assertEquals((await connectOnce(flags, undefined, env)).code, "daemon_unavailable");
}, deno);

test("Node without the permission for the network is told the flag", async () => {
  await using daemon = await startDaemon({ secrets: SECRETS });
  const flags = ["--permission", "--allow-fs-read=*"];
  const { code, flags: missing } = await connectOnce([], daemon.endpoint, {}, flags);
  assertEquals([code, missing], ["permission", [["--allow-net"]]]);
  const granted = await connectOnce([], daemon.endpoint, {}, [...flags, "--allow-net"]);
  assertEquals([granted.transport, granted.value], ["node", "value"]);
}, { skip: runtime !== "node" || runtimeMajor < 25 });

test("Node without the permission to look who listens is told the flag", async () => {
  await using daemon = await startDaemon({ secrets: SECRETS });
  const flags = ["--permission", `--allow-fs-read=${root}/*`];
  // Fixtures need the modules, and those of the packages that a link leads to.
  flags.push(`--allow-fs-read=${realpathSync(`${root}/node_modules`)}/*`);
  const { code, flags: missing } = await connectOnce([], daemon.endpoint, {}, flags);
  // All at once: the first flag alone would only lead to the next.
  assertEquals([code, missing], ["permission", [["--allow-fs-read=*", "--allow-net"]]]);
  const granted = await connectOnce([], daemon.endpoint, {}, [
    ...flags,
    ...(missing as string[][])[0]!,
  ]);
  assertEquals([granted.transport, granted.value], ["node", "value"]);
}, { skip: runtime !== "node" || runtimeMajor < 25 });

test("a denial names the executable and its hash also with the libc grant alone", async () => {
  await using daemon = await startDaemon({ registered: false });
  const flags = [`--allow-ffi=${libc}`, "--allow-env"];
  const { code, denied } = await connectOnce(flags, daemon.endpoint);
  // Not what starts it: in an emulator that is a script.
  const path = realpathSync(process.execPath);
  const sha256 = createHash("sha256").update(readFileSync(path)).digest("hex");
  const remedy = `keychain-auth authorize ${path} S`;
  assertEquals([code, denied], ["denied", { executable: path, sha256, remedy }]);
}, { skip: runtime === "node" && runtimeMajor < 26 });

test("without a daemon the path where it would be is named, and not waited for", async () => {
  // A runtime makes folders of its own at home.
  using home = temporaryFolder();
  const env = {
    KEYCHAIN_AUTH_SOCKET: undefined,
    XDG_RUNTIME_DIR: join(home.path, "run"),
    HOME: home.path,
  };
  const result = await connectOnce(["-A"], undefined, env);
  assertEquals(result.code, "daemon_unavailable");
  const message = String(result.message);
  const folder = here.system === "darwin"
    ? join(home.path, "Library", "Application Support")
    : existsSync("/run/keychain-auth")
    ? "/run"
    : env.XDG_RUNTIME_DIR;
  assertStringIncludes(message, `Cannot connect to "${folder}/keychain-auth/agent.sock"`);
  assertEquals(message.match(/agent\.sock/g)?.length, 1, message);
  assertStringIncludes(message, "keychain-auth start");
  // As long as connecting may take, had it waited for one.
  assert(Number(result.took) < 9_000, `took ${result.took} ms`);
});
