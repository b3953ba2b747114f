/** Why nothing could be connected to, on machines that are made up. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { asRoot, barrierOf, type Machine } from "../../../connect/remedies/machine.ts";
import { type NamedBy, noConnection } from "../../../connect/remedies/no_connection.ts";
import { noRoute, noRouteSync } from "../../../connect/remedies/no_route.ts";
import { reasonOf, unreachable } from "../../../connect/remedies/unreachable.ts";
import {
  DaemonUnavailableError,
  PermissionError,
  TimeoutError,
  UntrustedPeerError,
} from "../../../mod.ts";
import { runtimeSystem } from "../../../net/system.ts";
import type { DialFailure, Route } from "../../../src/client/dial.ts";
import type { Failure } from "../../../src/protocol/outcome.ts";
import { SystemCallError } from "../../../src/transport.ts";
import { test } from "../../harness.ts";
import { temporaryFolder } from "../../support/kca.ts";
import { type PlayedFile, playedMachine, withVariables } from "../../support/played_machine.ts";

const linux = process.platform === "linux";
const OWN = linux ? "/run/user/1/keychain-auth/agent.sock" : "/h/Library/Application Support/" +
  "keychain-auth/agent.sock";
const FOLDER = { kind: "folder", uid: 1_000 } as const;
const SOCKET = { kind: "socket", uid: 1_000 } as const;
/** The daemon's program, in the folder that PATH names. */
const PROGRAM = { "/usr/bin/keychain-auth": { kind: "file" } } as const;

type Files = Record<string, PlayedFile | undefined>;

/** What is advised after one endpoint was tried, and where else somebody was looked for. */
function advised(
  endpoint: string,
  error: string,
  { named, files = {}, answer, machine = playedMachine({ "/n": FOLDER, ...files }) }: {
    named?: NamedBy;
    files?: Files;
    answer?: boolean | undefined;
    machine?: Machine;
  } = {},
) {
  const variables = { XDG_RUNTIME_DIR: "/run/user/1", HOME: "/h", PATH: "/usr/bin" };
  return withVariables({ ...variables, KEYCHAIN_AUTH_SOCKET: undefined }, () => {
    const steps = noConnection([{ endpoint, error, reason: "" }], named, machine);
    const asked: string[] = [];
    let step = steps.next();
    while (!step.done) {
      asked.push(step.value!);
      step = steps.next(answer);
    }
    const { advice, remedy } = step.value;
    return { advice, remedy, asked };
  });
}

test("noConnection() says what is at a socket's path, and unsets the variable that points to it", () => {
  for (
    const [file, error, what] of [
      [{ kind: "file" }, "ECONNREFUSED", "a plain file, not a socket"],
      [{ kind: "folder" }, "ECONNREFUSED", "a folder, not a socket"],
      [{ kind: "other" }, "ECONNREFUSED", "not a socket"],
      [{ kind: "link", leadsTo: { kind: "absent" } }, "ENOENT", "a symbolic link to nothing"],
      [{ kind: "link", leadsTo: { kind: "file" } }, "ECONNREFUSED", "a plain file, not a socket"],
      [undefined, "ENOTSOCK", "not the socket of a daemon"],
      [{ kind: "socket" }, "EPROTOTYPE", "not the socket of a daemon"],
      [{ kind: "absent" }, "ENOTDIR", "inside something that is not a folder"],
    ] as const
  ) {
    const files = { "/n/s": file };
    const said = `/n/s is ${what}`;
    assertEquals(advised("/n/s", error, { files, named: "KEYCHAIN_AUTH_SOCKET" }), {
      advice: `${said}. KEYCHAIN_AUTH_SOCKET points to it`,
      remedy: "unset KEYCHAIN_AUTH_SOCKET",
      asked: [],
    });
    const option = advised("/n/s", error, { files, named: "endpoint" });
    assertEquals([option.advice.startsWith(said), option.remedy], [true, undefined]);
    const unnamed = advised("/n/s", error, { files });
    assertEquals(unnamed.advice, `${said}. The daemon's socket belongs there`);
    assertEquals(unnamed.remedy, "mv /n/s /n/s.old");
    const reason = reasonOf("/n/s", error, playedMachine(files));
    assertEquals(reason, `it is ${what}`);
  }
  assertEquals(
    reasonOf("/n/s", "EMFILE", playedMachine({})),
    "this process has too many open files",
  );
  assertEquals(reasonOf("/n/s", "EODD", playedMachine({})), "EODD");
  assertStringIncludes(advised("/n/s", "EMFILE").advice, "ulimit -n");
});

test("noConnection() suggests chmod to the owner of a closed path, and names the owner to others", () => {
  const closed: PlayedFile = { kind: "closed" };
  const of = (folder: PlayedFile, named?: NamedBy, end: PlayedFile = closed) =>
    advised("/n/s", "EACCES", { files: { "/n": folder, "/n/s": end }, named });
  const own = of(FOLDER);
  assertEquals(own.advice, "You may not enter the folder /n");
  assertEquals(own.remedy, "chmod u+rwx /n");
  assertEquals(of(FOLDER, undefined, SOCKET).remedy, "chmod u+rw /n/s");
  const theirs = { kind: "folder", uid: 7 } as const;
  assertEquals(of(theirs, "KEYCHAIN_AUTH_SOCKET").remedy, "unset KEYCHAIN_AUTH_SOCKET");
  const other = of(theirs, "endpoint");
  assertEquals(other.remedy, undefined);
  assertStringIncludes(other.advice, "ask user id 7");
  assertStringIncludes(of({ kind: "folder" }).advice, "ask its owner");
  // Nobody knows whose it is, nor who this is.
  const nobody = playedMachine({ "/n": { kind: "folder" }, "/n/s": closed }, undefined);
  assertEquals(advised("/n/s", "EPERM", { machine: nobody }).remedy, undefined);
  const runtimeFolder = { "/run": FOLDER, "/run/user": FOLDER, "/run/user/1": theirs };
  const files = { ...runtimeFolder, "/run/user/1/s": closed };
  assertEquals(advised("/run/user/1/s", "EACCES", { files }).remedy, "unset XDG_RUNTIME_DIR");
  assertEquals(advised("/run/user/1/s", "EACCES", { files, named: "endpoint" }).remedy, undefined);
});

test("noConnection() does not suggest starting a daemon where another answers", () => {
  for (const [answer, words] of [[true, "answers"], [undefined, "may listen"]] as const) {
    const files = { [OWN]: SOCKET };
    const variable = advised("/n/s", "ENOENT", { named: "KEYCHAIN_AUTH_SOCKET", files, answer });
    assertEquals(variable, {
      advice: `No daemon listens at /n/s, but one ${words} at ${OWN}`,
      remedy: "unset KEYCHAIN_AUTH_SOCKET",
      asked: [OWN],
    });
    const option = advised("/n/s", "ENOENT", { named: "endpoint", files, answer });
    assertEquals(option.advice, `${variable.advice}: leave out the endpoint`);
    assertEquals(option.remedy, undefined);
  }
  // It is not there, or was tried.
  assertEquals(advised("/n/s", "ENOENT", { named: "endpoint" }).asked, []);
  assertEquals(advised(OWN, "ENOENT", { named: "endpoint", files: { [OWN]: SOCKET } }).asked, []);
  assertEquals(advised("/n/s", "ENOENT", { files: { [OWN]: SOCKET } }).asked, []);
});

test("noConnection() suggests starting the daemon at the given path, if that is possible", () => {
  const of = (named: NamedBy, error = "ENOENT", endpoint = "/n/s") =>
    advised(endpoint, error, { named, answer: false, files: { [OWN]: SOCKET, ...PROGRAM } });
  const own = "Start it in its own terminal, because it stays in the foreground";
  assertEquals(of(undefined).advice, `No daemon is running. ${own}`);
  assertEquals(of(undefined).remedy, "keychain-auth start");
  const stale = of(undefined, "ECONNREFUSED");
  assertEquals(stale.advice, `The daemon was killed and left its socket behind. ${own}`);
  const variable = of("KEYCHAIN_AUTH_SOCKET");
  assertEquals(variable.advice, `No daemon is running at the path in KEYCHAIN_AUTH_SOCKET. ${own}`);
  assertEquals(variable.remedy, "keychain-auth start --socket /n/s");
  assertEquals(of("endpoint").advice, `No daemon is running at /n/s. ${own}`);
  assertEquals(of("endpoint").remedy, "keychain-auth start --socket /n/s");
  // A path below the working folder, and one below the root.
  for (const endpoint of ["s", "/s"]) {
    const files = { ".": FOLDER, "/": FOLDER, ...PROGRAM };
    const { advice } = advised(endpoint, "ENOENT", { named: "endpoint", answer: false, files });
    assertEquals(advice, `No daemon is running at ${endpoint}. ${own}`);
  }
  // A folder that does not exist.
  const lost = of("KEYCHAIN_AUTH_SOCKET", "ENOENT", "/none/s");
  assertEquals(lost.remedy, "unset KEYCHAIN_AUTH_SOCKET");
  const option = of("endpoint", "ENOENT", "/none/s");
  assertEquals(option.remedy, undefined);
  assertStringIncludes(option.advice, "its folder does not exist. Leave out the endpoint");
});

test("noConnection() says where to get the daemon when PATH does not have it", () => {
  const advice = "PATH has no keychain-auth: install it first";
  for (const endpoint of ["/n/s", "/none/s"]) {
    const of = (files: Files) => advised(endpoint, "ENOENT", { named: "endpoint", files }).advice;
    assertStringIncludes(of({}), advice);
    assertStringIncludes(of({ "/usr/bin/keychain-auth": { kind: "folder" } }), advice);
    assert(!of(PROGRAM).includes(advice));
    // Nobody may look.
    assert(!of({ "/usr/bin/keychain-auth": undefined }).includes(advice));
  }
});

test("noConnection() suggests starting the system daemon where it is installed", () => {
  const installed = { "/etc/keychain-auth": FOLDER, "/usr/bin/sudo": { kind: "file" } } as const;
  const of = (named?: NamedBy, uid = 1_000) => {
    const machine = playedMachine({ "/n": FOLDER, ...installed }, uid);
    return advised("/n/s", "ENOENT", { named, machine });
  };
  const start = "sudo systemctl start keychain-auth";
  assertEquals(of().remedy, start);
  assertEquals(of().advice, "No daemon is running. It is installed as a system service");
  assertEquals(of("endpoint").remedy, start);
  assertEquals(of("KEYCHAIN_AUTH_SOCKET").remedy, "unset KEYCHAIN_AUTH_SOCKET");
  const closed = { "/run": FOLDER, "/run/keychain-auth": { kind: "folder", uid: 7 } } as const;
  const end = "/run/keychain-auth/agent.sock";
  const files: Files = { ...closed, [end]: { kind: "closed" } };
  const system = advised(end, "EACCES", { files });
  assertEquals(system.remedy, "sudo chmod 755 /run/keychain-auth");
  assertStringIncludes(system.advice, "As the daemon's package installs it, everybody may");
  const socket = advised(end, "EACCES", {
    files: { ...closed, [end]: { kind: "socket", uid: 7 } },
  });
  assertEquals(socket.remedy, `sudo chmod 666 ${end}`);
  assertEquals(advised(end, "EACCES", { files, named: "endpoint" }).remedy, undefined);
}, { skip: !linux });

test("asRoot() leaves sudo out only for root where none is installed", () => {
  const of = (uid: number, sudo?: PlayedFile): string =>
    withVariables(
      { PATH: "/a:/usr/bin" },
      () => asRoot("x", playedMachine(sudo ? { "/usr/bin/sudo": sudo } : {}, uid)),
    );
  assertEquals(of(0), "x");
  assertEquals(of(0, { kind: "file" }), "sudo x");
  assertEquals(of(0, { kind: "link", leadsTo: { kind: "file" } }), "sudo x");
  assertEquals(of(0, { kind: "folder" }), "x");
  assertEquals([of(1), of(1, { kind: "file" })], ["sudo x", "sudo x"]);
  // Nobody may look.
  const machine = playedMachine({ "/usr/bin/sudo": undefined }, 0);
  assertEquals(withVariables({ PATH: undefined }, () => asRoot("x", machine)), "sudo x");
});

test("barrierOf() finds the first part of a path to which this user has no access", () => {
  const closed = { kind: "closed" } as const;
  const of = (files: Files) => barrierOf("/a/b/s", playedMachine(files));
  assertEquals(of({ "/a": FOLDER, "/a/b": closed }), { path: "/a", ...FOLDER });
  assertEquals(of({ "/a": FOLDER, "/a/b": FOLDER, "/a/b/s": SOCKET }), {
    path: "/a/b/s",
    ...SOCKET,
  });
  assertEquals(of({ "/a": closed }), { path: "/", kind: "absent" });
  assertEquals(of({ "/a": FOLDER, "/a/b": undefined }), undefined);
});

/** The error of a list of endpoints and what each of them failed with. */
function errorOf(
  errors: [string, unknown][],
  named?: NamedBy,
  machine = playedMachine({}),
  own?: string,
): unknown {
  const steps = unreachable({ errors, timeout: 7 }, named, machine, own);
  const { done, value } = steps.next();
  assert(done, "somebody was asked");
  return (value as Failure).error;
}

test("unreachable() combines the errors of all endpoints", () => {
  const refused = new SystemCallError("connect", "ECONNREFUSED");
  const own = new TypeError("of a transport");
  const two = errorOf([["/a", new SystemCallError("connect", "ENOENT")], ["/b", refused]]);
  assert(two instanceof DaemonUnavailableError);
  assertEquals(two.tried.map(({ endpoint, error }) => [endpoint, error]), [
    ["/a", "ENOENT"],
    ["/b", "ECONNREFUSED"],
  ]);
  assertEquals(two.cause, refused);
  assertEquals(errorOf([["/a", refused], ["/b", own]]), own);
  const permission = new PermissionError("x", [["--allow-x"]]);
  const forbidden = errorOf([["/a", refused], ["/b", permission]]);
  assert(forbidden instanceof PermissionError);
  assertEquals(forbidden.flags, [["--allow-x"]]);
  const late = errorOf([["/a", new SystemCallError("connect", "ETIMEDOUT")]]);
  assert(late instanceof TimeoutError);
  assertEquals([late.timeout, late.sent, late.remedy], [7, false, undefined]);
  assertStringIncludes(late.message, "does not accept connections");
});

test("unreachable() gives no advice about sockets for a custom transport", () => {
  const errors: [string, unknown][] = [
    ["tcp://localhost:1", new SystemCallError("connect", "ECONNREFUSED")],
  ];
  const error = errorOf(errors, "endpoint", playedMachine({}), "tcp");
  assert(error instanceof DaemonUnavailableError);
  assertEquals(error.tried[0]!.reason, "ECONNREFUSED");
  assertEquals(
    error.advice,
    'The transport "tcp" could not connect. Check that a server listens there',
  );
  assertEquals(error.remedy, undefined);
  // Where nobody named an endpoint, it is given the daemon's socket.
  const unnamed = errorOf(errors, undefined, playedMachine({}), "tcp");
  assertStringIncludes((unnamed as DaemonUnavailableError).advice, "The daemon was killed");
});

test("unreachable() says what to change where another user listens", () => {
  const of = (
    untrusted: { uid: number | undefined; source: string | undefined },
    named?: NamedBy,
  ) => {
    const errors = [["/s", new Error()]] as const;
    const { value } = unreachable({ errors, untrusted, timeout: 1 }, named, playedMachine({}))
      .next();
    const error = (value as Failure).error;
    assert(error instanceof UntrustedPeerError);
    return error;
  };
  const known = of({ uid: 7, source: "kernel" });
  assertEquals([known.endpoint, known.uid, known.remedy], ["/s", 7, undefined]);
  assertStringIncludes(known.message, "peer: { uids: [7] }");
  const variable = of({ uid: 7, source: "file" }, "KEYCHAIN_AUTH_SOCKET");
  assertEquals(variable.remedy, "unset KEYCHAIN_AUTH_SOCKET");
  const file = of({ uid: undefined, source: "file" }, "KEYCHAIN_AUTH_SOCKET");
  assertEquals(file.remedy, undefined);
  assertStringIncludes(file.message, "knows only who owns the socket file");
  assertStringIncludes(
    of({ uid: undefined, source: undefined }).message,
    "not know who owns the socket",
  );
});

test("noRoute() asks whether a daemon answers, and closes the connection it asked by", async () => {
  using home = temporaryFolder();
  const own = linux
    ? join(home.path, "keychain-auth", "agent.sock")
    : join(home.path, "Library", "Application Support", "keychain-auth", "agent.sock");
  mkdirSync(dirname(own), { recursive: true });
  // That it is no socket is found out by asking.
  writeFileSync(own, "");
  const said = async (code: string | undefined, sync: boolean): Promise<[string, string[]]> => {
    const log: string[] = [];
    const connectSync = (endpoint: string) => {
      log.push(endpoint);
      if (code !== undefined) throw Object.assign(new Error(), { code });
      return { close: () => log.push("closed") };
    };
    // deno-lint-ignore require-await
    const connect = async (endpoint: string) => connectSync(endpoint);
    const transport = { name: "ffi", available: () => true, connect, connectSync };
    const route = { transport, system: runtimeSystem, candidates: [] } as unknown as Route;
    const failure: DialFailure = {
      errors: [[`${home.path}/none`, new SystemCallError("connect", "ENOENT")]],
      timeout: 1,
    };
    const variables = { KEYCHAIN_AUTH_SOCKET: undefined, HOME: home.path };
    const endpoint = `${home.path}/none`;
    const found = withVariables({ ...variables, XDG_RUNTIME_DIR: home.path }, () => ({
      // Everything but the answer is looked at before the first turn ends.
      promise: sync ? noRouteSync(failure, route, endpoint) : noRoute(failure, route, endpoint),
    }));
    const { error } = await found.promise;
    const [, words = ""] = /(one answers|one may listen|No daemon is running)/.exec(
      (error as DaemonUnavailableError).advice,
    ) ?? [];
    return [words, log];
  };
  for (const sync of [true, false]) {
    assertEquals(await said(undefined, sync), ["one answers", [own, "closed"]]);
    for (const code of ["ENOENT", "ECONNREFUSED", "ENOTSOCK", "ENOTDIR"]) {
      assertEquals(await said(code, sync), ["No daemon is running", [own]], code);
    }
    assertEquals(await said("EACCES", sync), ["one may listen", [own]]);
  }
}, { skip: linux && existsSync("/run/keychain-auth") });

test("noRoute() knows who named the endpoint: the option, the variable, or nobody", () => {
  const transport = { name: "played", available: () => true };
  const route = { transport, system: runtimeSystem, candidates: [] } as unknown as Route;
  const failure: DialFailure = {
    errors: [["/n/s", new SystemCallError("connect", "ENOTSOCK")]],
    timeout: 1,
  };
  const remedy = (variable?: string, endpoint?: string): string | undefined =>
    withVariables({ KEYCHAIN_AUTH_SOCKET: variable }, () => {
      const { error } = noRouteSync(failure, route, endpoint);
      return (error as DaemonUnavailableError).remedy;
    });
  assertEquals(remedy(undefined, "/n/s"), undefined);
  assertEquals(remedy("/other", "/n/s"), undefined);
  assertEquals(remedy("/n/s"), "unset KEYCHAIN_AUTH_SOCKET");
  assertEquals(remedy(), "mv /n/s /n/s.old");
});
