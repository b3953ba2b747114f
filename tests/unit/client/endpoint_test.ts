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

test("endpointCandidates() says what to give instead of a URL", () => {
  for (const url of ["unix:/a b.sock", "unix:///a b.sock", "file:///a b.sock"]) {
    const message = 'pass the path alone: "/a b.sock"';
    assertThrows(() => candidates("linux", {}, url), InvalidRequestError, message);
  }
  assertEquals(candidates("linux", {}, "unix/a.sock"), ["unix/a.sock"]);
});

test("connect() refuses a path that is too long before any call", async () => {
  const endpoint = "/tmp/" + "x".repeat(103);
  if (process.platform === "win32") return;
  let code: unknown;
  await connect({ endpoint }).catch((error) => code = error.code);
  assertEquals(code, "invalid_request");
  assertThrows(() => connectSync({ endpoint }), InvalidRequestError);
});

const SYSTEM = "/run/keychain-auth/agent.sock";
const OWN = "/nonexistent/keychain-auth/agent.sock";

/** Connects by the daemon's rule where nothing is reached. @returns What was asked. */
async function askedWhere(
  exists: boolean | undefined,
  code: string,
  list = candidates("linux", { XDG_RUNTIME_DIR: "/nonexistent" }),
): Promise<{ asked: string[]; tried: (readonly [string, string])[] }> {
  const asked: string[] = [];
  const transport: Transport = {
    name: "absent",
    available: () => true,
    connect(endpoint) {
      asked.push(endpoint);
      return Promise.reject(new SystemCallError("connect", code));
    },
  };
  const looked: string[] = [];
  const system = {
    ...runtimeSystem,
    exists: (path: string) => (looked.push(path), exists),
  };
  const route = { transport, system, candidates: list };
  const host = {
    ...withoutRemedies,
    route,
    noRoute: (failure: DialFailure) => noRoute(failure, route),
  };
  const error = await assertRejects(
    () => KeychainClient.open(host, settingsOf({})),
    DaemonUnavailableError,
  );
  assertEquals(looked, list.length > 1 ? ["/run/keychain-auth"] : []);
  return { asked, tried: error.tried.map(({ endpoint, error }) => [endpoint, error] as const) };
}

const linux = { skip: process.platform !== "linux" };

test("where the system folder exists its daemon is used, and no other", async () => {
  for (const code of ["ENOENT", "ECONNREFUSED", "EACCES"]) {
    assertEquals((await askedWhere(true, code)).asked, [SYSTEM]);
  }
}, linux);

test("where the system folder does not exist the user's daemon is used", async () => {
  assertEquals((await askedWhere(false, "ENOENT")).asked, [OWN]);
}, linux);

test("where the folder cannot be checked, only a missing socket leads to the next", async () => {
  assertEquals((await askedWhere(undefined, "ENOENT")).asked, [SYSTEM, OWN]);
  for (const code of ["ECONNREFUSED", "EACCES", "ENOTDIR", "EMFILE"]) {
    assertEquals((await askedWhere(undefined, code)).asked, [SYSTEM]);
  }
}, linux);

test("an endpoint that was named is asked, whatever folders exist", async () => {
  assertEquals((await askedWhere(true, "ENOENT", [OWN])).asked, [OWN]);
}, linux);

test("a variable that makes the path too long is named", async () => {
  const list = candidates("linux", { HOME: "/" + "x".repeat(120) });
  const { asked, tried } = await askedWhere(false, "ENOENT", list);
  assertEquals(asked, []);
  assertEquals(tried, [[list[1]!, "ENAMETOOLONG"]]);
}, linux);
