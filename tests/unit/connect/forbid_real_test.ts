/** KEYCHAIN_AUTH_FORBID_REAL=1: only test daemons of this process or its parent are connected to. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { renameSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { startDaemon, withDaemon } from "../../../testing/mod.ts";
import { runCommand, runFixture, runtime, runtimeMajor, test } from "../../harness.ts";
import { kcaCommand } from "../../support/kca.ts";

const forbidden = { KEYCHAIN_AUTH_FORBID_REAL: "1" };
const hasFfi = runtime !== "node" || runtimeMajor >= 26;
const ways = ["connect", "conformance", ...(hasFfi ? ["sync"] : [])];

/** What takes the place of the real daemon: it listens, and no test daemon has started it. */
async function startReal(): Promise<{ endpoint: string; attempts: number } & AsyncDisposable> {
  const name = `kca-real-${process.pid}-${Math.random().toString(36).slice(2)}`;
  const endpoint = process.platform === "win32"
    ? `\\\\.\\pipe\\${name}`
    : join(tmpdir(), `${name}.sock`);
  const server = createServer((socket) => {
    real.attempts++;
    socket.destroy();
  });
  const real = {
    endpoint,
    attempts: 0,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(endpoint, { force: true });
    },
  };
  await new Promise<void>((resolve) => server.listen(endpoint, resolve));
  return real;
}

for (const how of ways) {
  test(`with KEYCHAIN_AUTH_FORBID_REAL=1 ${how} does not touch a daemon that no test started`, async () => {
    await using real = await startReal();
    const { stdout } = await runFixture("touch_daemon", {
      args: [how, real.endpoint],
      env: { ...forbidden, KEYCHAIN_AUTH_TEST_DAEMONS: undefined },
    });
    const { name, message, stack } = JSON.parse(stdout);
    assertEquals(name, "InvalidRequestError");
    assertStringIncludes(message, `forbids ${JSON.stringify(real.endpoint)}`);
    assertStringIncludes(stack, message);
    // The caller's line: the function's name where the runtime tells it, and the file.
    assert(/touch_daemon\.[jt]s:\d+/.test(stack), stack);
    assertEquals(real.attempts, 0);
  });
}

test("KEYCHAIN_AUTH_FORBID_REAL applies with any value but an empty one and 0", async () => {
  await using real = await startReal();
  const attempts: number[] = [];
  for (const value of ["true", "yes", "0", ""]) {
    await runFixture("touch_daemon", {
      args: ["connect", real.endpoint],
      env: { KEYCHAIN_AUTH_FORBID_REAL: value, KEYCHAIN_AUTH_TEST_DAEMONS: undefined },
    });
    attempts.push(real.attempts > 0 ? 1 : 0);
    real.attempts = 0;
  }
  assertEquals(attempts, [0, 0, 1, 1]);
});

for (const how of ["keytar", "secrets", "project"]) {
  test(`with KEYCHAIN_AUTH_FORBID_REAL=1 ${how} does not touch a daemon that no test started`, async () => {
    await using real = await startReal();
    const { stdout } = await runFixture("touch_daemon", {
      args: [how],
      env: {
        ...forbidden,
        KEYCHAIN_AUTH_SOCKET: real.endpoint,
        KEYCHAIN_AUTH_TEST_DAEMONS: undefined,
      },
    });
    const { message, stack } = JSON.parse(stdout);
    assertStringIncludes(message, `forbids ${JSON.stringify(real.endpoint)}`);
    assert(/touch_daemon\.[jt]s:\d+/.test(stack), stack);
    assertEquals(real.attempts, 0);
    await using daemon = await startDaemon();
    const own = { ...forbidden, KEYCHAIN_AUTH_SOCKET: daemon.endpoint };
    assertEquals(
      (await runFixture("touch_daemon", { args: [how], env: own })).stdout,
      "connected\n",
    );
  });
}

for (const args of [["doctor"], ["get", "A", "--service", "S"], ["conformance"]]) {
  test(`with KEYCHAIN_AUTH_FORBID_REAL=1 kca ${args[0]} does not touch a daemon that no test started`, async () => {
    await using real = await startReal();
    const { code, stderr } = await runCommand(kcaCommand([...args, "--socket", real.endpoint]), {
      env: { ...forbidden, KEYCHAIN_AUTH_TEST_DAEMONS: undefined },
    });
    assertStringIncludes(stderr, "KEYCHAIN_AUTH_FORBID_REAL forbids");
    assertEquals([code, real.attempts], [2, 0]);
  });
}

test("with KEYCHAIN_AUTH_FORBID_REAL=1 no endpoint means the real daemon's", async () => {
  const { stdout } = await runFixture("touch_daemon", {
    args: ["connect"],
    env: { ...forbidden, KEYCHAIN_AUTH_SOCKET: undefined, KEYCHAIN_AUTH_TEST_DAEMONS: undefined },
  });
  assertStringIncludes(JSON.parse(stdout).message, "KEYCHAIN_AUTH_FORBID_REAL forbids");
});

test("with KEYCHAIN_AUTH_FORBID_REAL=1 a process connects to its own test daemons", async () => {
  const { stdout } = await runFixture("touch_daemon", { args: ["own"], env: forbidden });
  assertEquals(stdout, "connected\n");
});

test("with KEYCHAIN_AUTH_FORBID_REAL=1 a process connects to its parent's test daemons", async () => {
  await using daemon = await startDaemon();
  await using other = await startDaemon();
  for (const how of ways) {
    const { stdout } = await runFixture("touch_daemon", {
      args: [how, daemon.endpoint],
      env: forbidden,
    });
    assertEquals(stdout, "connected\n");
  }
  await other.close();
  const { stdout } = await runFixture("touch_daemon", {
    args: ["connect", other.endpoint],
    env: forbidden,
  });
  assertStringIncludes(stdout, "forbids");
});

const unix = { skip: process.platform === "win32" };

test("with KEYCHAIN_AUTH_FORBID_REAL=1 a test daemon may have another name", async () => {
  await using daemon = await startDaemon();
  const link = `${daemon.endpoint}.link`;
  symlinkSync(daemon.endpoint, link);
  for (const name of [link, daemon.endpoint.replace("/", "//")]) {
    const { stdout } = await runFixture("touch_daemon", {
      args: ["connect", name],
      env: forbidden,
    });
    assertEquals(stdout, "connected\n");
  }
  rmSync(link);
}, unix);

for (const how of ways) {
  test(
    `with KEYCHAIN_AUTH_FORBID_REAL=1 ${how} follows no link from a test daemon's name`,
    async () => {
      await using real = await startReal();
      await using daemon = await startDaemon();
      const { endpoint } = daemon;
      renameSync(endpoint, `${endpoint}.kept`);
      symlinkSync(real.endpoint, endpoint);
      const { stdout } = await runFixture("touch_daemon", {
        args: [how, endpoint],
        env: forbidden,
      });
      rmSync(endpoint);
      renameSync(`${endpoint}.kept`, endpoint);
      assertStringIncludes(stdout, "KEYCHAIN_AUTH_FORBID_REAL forbids");
      assertEquals(real.attempts, 0);
    },
    unix,
  );
}

test("without KEYCHAIN_AUTH_FORBID_REAL any daemon is connected to", async () => {
  await using real = await startReal();
  for (const value of [undefined, "", "0"]) {
    const { stdout } = await runFixture("touch_daemon", {
      args: ["connect", real.endpoint],
      env: { KEYCHAIN_AUTH_FORBID_REAL: value, KEYCHAIN_AUTH_TEST_DAEMONS: undefined },
    });
    assertEquals(stdout, "connected\n");
  }
});

test("withDaemon() sets the endpoint while the test runs, and passes on the arguments of the runner", async () => {
  const before = process.env.KEYCHAIN_AUTH_SOCKET;
  const run = withDaemon<string>({ secrets: { S: { A: "1" } } }, (daemon, context) => {
    assertEquals(process.env.KEYCHAIN_AUTH_SOCKET, daemon.endpoint);
    assertEquals([context, daemon.secrets("S")], ["context", { A: "1" }]);
    throw new Error("the test's own");
  });
  // Jest, Bun and Node wait for a callback when a test declares a parameter for it.
  assertEquals(run.length, 0);
  for (let i = 0; i < 2; i++) {
    assertEquals(await run("context").catch(({ message }) => message), "the test's own");
    assertEquals(process.env.KEYCHAIN_AUTH_SOCKET, before);
  }
});

test("withDaemon() refuses two tests at once that need the one environment", async () => {
  const inside = (options: object): Promise<unknown> =>
    withDaemon(async () => await withDaemon(options, () => {})())().catch(({ message }) => message);
  assertStringIncludes(String(await inside({})), "withDaemon({ environment: false }");
  assertEquals(await inside({ environment: false }), undefined);
});
