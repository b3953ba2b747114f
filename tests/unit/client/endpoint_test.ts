import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  DaemonUnavailableError,
  endpointCandidates,
  InvalidRequestError,
  type OperatingSystem,
  SystemCallError,
  type Transport,
} from "../../../core.ts";
import { connect } from "../../../mod.ts";
import type { DialFailure } from "../../../src/client/dial.ts";
import { noRoute } from "../../../connect/remedies/no_route.ts";
import { runtimeSystem } from "../../../net/system.ts";
import { settingsOf } from "../../../src/client/options.ts";
import { KeychainClient } from "../../../src/client/client.ts";
import { connectSync } from "../../../sync.ts";
import process from "node:process";
import { test } from "../../harness.ts";
import { withoutRemedies } from "../../support/without_remedies.ts";

const HOME = "/home/me";

function candidates(
  system: OperatingSystem,
  variables: Record<string, string | undefined>,
  endpoint?: string,
): readonly string[] {
  return endpointCandidates(endpoint, { system, env: (name) => variables[name] || undefined });
}

test("endpointCandidates() takes the option before the environment", () => {
  const env = { KEYCHAIN_AUTH_SOCKET: "/b.sock", HOME };
  assertEquals(candidates("linux", env, "/a.sock"), ["/a.sock"]);
  assertEquals(candidates("linux", env), ["/b.sock"]);
});

test("endpointCandidates() counts an empty variable as unset", () => {
  assertEquals(candidates("linux", { KEYCHAIN_AUTH_SOCKET: "", XDG_RUNTIME_DIR: "", HOME }), [
    "/run/keychain-auth/agent.sock",
    "/home/me/.cache/keychain-auth/agent.sock",
  ]);
});

test("endpointCandidates() counts a relative XDG_RUNTIME_DIR as unset", () => {
  for (const relative of ["run/user/7", "./run", ".."]) {
    assertEquals(candidates("linux", { XDG_RUNTIME_DIR: relative, HOME }), [
      "/run/keychain-auth/agent.sock",
      "/home/me/.cache/keychain-auth/agent.sock",
    ]);
  }
});

test("endpointCandidates() follows the daemon's rule on each system", () => {
  assertEquals(candidates("linux", { XDG_RUNTIME_DIR: "/run/user/7", HOME }), [
    "/run/keychain-auth/agent.sock",
    "/run/user/7/keychain-auth/agent.sock",
    "/home/me/.cache/keychain-auth/agent.sock",
  ]);
  assertEquals(candidates("darwin", { HOME: "/Users/me", XDG_RUNTIME_DIR: "/x" }), [
    "/Users/me/Library/Application Support/keychain-auth/agent.sock",
  ]);
  assertEquals(candidates("windows", { HOME }), ["\\\\.\\pipe\\keychain-auth"]);
});

test("endpointCandidates() takes a pipe's name with either slash", () => {
  const env = { KEYCHAIN_AUTH_SOCKET: "//./pipe/mine" };
  assertEquals(candidates("windows", env), ["\\\\.\\pipe\\mine"]);
  assertEquals(candidates("windows", {}, "\\\\.\\pipe\\mine"), ["\\\\.\\pipe\\mine"]);
  for (const name of ["C:\\agent.sock", "\\\\server\\pipe\\mine", "\\\\.\\pipe\\", "agent"]) {
    assertThrows(() => candidates("windows", {}, name), InvalidRequestError, "pipe");
  }
});

test("endpointCandidates() refuses a pipe's name that leads elsewhere", () => {
  const names = [
    ...["\\\\.\\pipe\\..\\C:\\file", "//./pipe/../UNC/host/pipe/x", "\\\\?\\pipe\\..\\C:\\file"],
    ...[
      "\\\\.\\pipe\\a\\..\\..\\C:\\file",
      "\\\\.\\pipe\\.\\a",
      "\\\\.\\pipe\\.. ",
      "//./pipe\\..\\b",
    ],
  ];
  for (const name of names) {
    assertThrows(() => candidates("windows", {}, name), InvalidRequestError, '"." or ".."');
    assertThrows(() => candidates("windows", { KEYCHAIN_AUTH_SOCKET: name }), InvalidRequestError);
  }
  for (const name of ["\\\\.\\pipe\\a.b", "\\\\.\\pipe\\..a\\b..", "\\\\.\\pipe\\a b"]) {
    assertEquals(candidates("windows", {}, name), [name]);
  }
});

test("endpointCandidates() measures a path in bytes with its NUL", () => {
  const longest = "/" + "ä".repeat(53); // 107 bytes in 54 characters
  assertEquals(candidates("linux", {}, longest), [longest]);
  const error = assertThrows(() => candidates("linux", {}, longest + "x"), InvalidRequestError);
  assertEquals(error.argument, "endpoint");
  assertThrows(
    () => candidates("darwin", { KEYCHAIN_AUTH_SOCKET: longest }),
    InvalidRequestError,
    "104",
  );
});

test("endpointCandidates() refuses an empty name and a NUL", () => {
  assertThrows(() => candidates("linux", {}, ""), InvalidRequestError, "empty");
  assertThrows(() => candidates("linux", {}, "/a\0b"), InvalidRequestError, "NUL");
});

test("connect() refuses a path that is too long before any call", async () => {
  const endpoint = "/tmp/" + "x".repeat(103);
  if (process.platform === "win32") return;
  let code: unknown;
  await connect({ endpoint }).catch((error) => code = error.code);
  assertEquals(code, "invalid_request");
  assertThrows(() => connectSync({ endpoint }), InvalidRequestError);
});

test("a variable that makes a path too long does not hide the other endpoints", async () => {
  if (process.platform !== "linux") return;
  const env = { XDG_RUNTIME_DIR: "/nonexistent", HOME: "/" + "x".repeat(120) };
  const list = candidates("linux", env);
  assertEquals(list.slice(1), [
    "/nonexistent/keychain-auth/agent.sock",
    `${env.HOME}/.cache/keychain-auth/agent.sock`,
  ]);
  const asked: string[] = [];
  const transport: Transport = {
    name: "absent",
    available: () => true,
    connect(endpoint) {
      asked.push(endpoint);
      return Promise.reject(new SystemCallError("connect", "ENOENT"));
    },
  };
  const route = { transport, system: runtimeSystem, candidates: list };
  const host = {
    ...withoutRemedies,
    route,
    noRoute: (failure: DialFailure) => noRoute(failure, route),
  };
  const error = await assertRejects(
    () => KeychainClient.open(host, settingsOf({})),
    DaemonUnavailableError,
  );
  assertEquals(asked, list.slice(0, 2));
  assertEquals(error.tried.map(({ error }) => error), ["ENOENT", "ENOENT", "ENAMETOOLONG"]);
});
