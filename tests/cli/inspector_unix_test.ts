/** Nobody can read values out of `kca` by an inspector that a signal opens. */
import { assertEquals } from "@std/assert";
import { spawn } from "node:child_process";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { runtime, test } from "../harness.ts";
import { kcaCommand, posix, temporaryFolder } from "../support/kca.ts";

test("SIGUSR1 ends kca, and opens no inspector", async () => {
  using folder = temporaryFolder();
  const endpoint = join(folder.path, "agent.sock");
  let heard = (): void => {};
  const server = createServer((socket) => void socket.on("data", () => heard()));
  await new Promise<void>((resolve) => server.listen(endpoint, resolve));
  try {
    for (const command of [["get", "A"], ["list"], ["doctor"], ["delete", "--yes", "A"]]) {
      const asked = new Promise<void>((resolve) => heard = resolve);
      const [file, ...args] = kcaCommand([...command, "--timeout", "60s"]);
      const env = { ...process.env, KEYCHAIN_AUTH_SOCKET: endpoint, KEYCHAIN_AUTH_SERVICE: "s" };
      const child = spawn(file!, args, { env, stdio: ["ignore", "ignore", "pipe"] });
      let output = "";
      child.stderr.setEncoding("utf8").on("data", (text: string) => output += text);
      const ended = new Promise((resolve) => child.on("close", (_, by) => resolve(by)));
      await asked;
      process.kill(child.pid!, "SIGUSR1");
      assertEquals([await ended, output.includes("Debugger")], ["SIGUSR1", false], output);
    }
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}, { skip: !posix || runtime === "deno" });

test("an inspector that is open at the start is closed before anything is read", async () => {
  using folder = temporaryFolder();
  const endpoint = join(folder.path, "agent.sock");
  let heard = (): void => {};
  const asked = new Promise<void>((resolve) => heard = resolve);
  const server = createServer((socket) => void socket.on("data", () => heard()));
  await new Promise<void>((resolve) => server.listen(endpoint, resolve));
  const [file, ...args] = kcaCommand(["get", "A", "--timeout", "60s"]);
  const env = {
    ...process.env,
    KEYCHAIN_AUTH_SOCKET: endpoint,
    KEYCHAIN_AUTH_SERVICE: "s",
    // As SIGUSR1 opens one while Node starts.
    NODE_OPTIONS: "--inspect=127.0.0.1:0",
  };
  const child = spawn(file!, args, { env, stdio: ["ignore", "ignore", "pipe"] });
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => output += text);
  const ended = new Promise((resolve) => child.on("close", resolve));
  try {
    await asked;
    const [, port] = /ws:\/\/127\.0\.0\.1:(\d+)/.exec(output)!;
    const answer = await new Promise((resolve) => {
      const socket = connect(Number(port), "127.0.0.1", () => resolve("open"));
      socket.on("error", (error) => resolve((error as { code?: string }).code));
      socket.on("close", () => socket.destroy());
    });
    assertEquals(answer, "ECONNREFUSED");
  } finally {
    child.kill("SIGKILL");
    await ended;
    await new Promise((resolve) => server.close(resolve));
  }
}, { skip: !posix || runtime !== "node" });
