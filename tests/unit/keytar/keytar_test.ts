/** keytar's functions over the embedded daemon, in both modes. */
import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import * as named from "../../../keytar/mod.ts";
import keytar from "../../../keytar/mod.ts";
import { InvalidRequestError } from "../../../mod.ts";
import { test } from "../../harness.ts";
import behaviours from "./behaviours.cjs";
import { withDaemon } from "./with_daemon.ts";

for (const service of [undefined, "shared"]) {
  const mode = service === undefined ? "services as they are" : "one daemon service";
  for (const name of behaviours.names) {
    test(`keytar, ${mode}: ${name}`, () =>
      withDaemon((_) => behaviours.run(name, keytar), { service }));
  }

  test(`keytar, ${mode}: names that begin alike or hold ":" and "%" are kept apart`, () =>
    withDaemon(async () => {
      const names = ["a", "a:b", "a%3Ab", "a%253Ab", "ab", "a%b", "a%", ":", "a/b"];
      const pairs = names.flatMap((s) => names.map((account) => [s, account] as const));
      for (const [s, account] of pairs) {
        await keytar.setPassword(s, account, `${s} ${account}`);
      }
      for (const [s, account] of pairs) {
        assertEquals(await keytar.getPassword(s, account), `${s} ${account}`);
      }
      for (const s of names) {
        const expected = names.toSorted().map((account) => ({
          account,
          password: `${s} ${account}`,
        }));
        assertEquals(await keytar.findCredentials(s), expected);
      }
      assertEquals(await keytar.deletePassword("a", "a"), true);
      assertEquals(await keytar.findPassword("a:b"), "a:b :");
      assertEquals((await keytar.findCredentials("a")).length, names.length - 1);
    }, { service }));
}

test("keytar keeps a service and its accounts in the daemon under their own names", () =>
  withDaemon(async (daemon) => {
    await keytar.setPassword("my app", "https://example.com/ä", "v");
    assertEquals(daemon.secrets("my app"), { "https://example.com/ä": "v" });
    await keytar.setPassword("my:app", "alice", "v");
    assertEquals(daemon.secrets("my%3Aapp"), { alice: "v" });
  }));

test("keytar keeps everything percent-encoded in one daemon service when it is named", () =>
  withDaemon(async (daemon) => {
    await keytar.setPassword("my:app", "https://example.com/ä", "v");
    assertEquals(daemon.secrets("one"), { "my%3Aapp:https%3A%2F%2Fexample.com%2F%C3%A4": "v" });
  }, { service: "one" }));

test("keytar in one daemon service shows no target that it would not have written", () =>
  withDaemon(async () => {
    assertEquals(await keytar.findCredentials("app"), [{ account: "ok", password: "1" }]);
  }, {
    service: "one",
    secrets: {
      one: {
        "app:ok": "1",
        "app:%E0": "2",
        "app:a b": "3",
        "app:": "4",
        "app": "5",
        "app:x:y": "6",
      },
    },
  }));

test("findCredentials() sorts by account, also where encoding changes the order", () =>
  withDaemon(async () => {
    const accounts = ["~", "é", "Z", "a", "%", " ", "z", "_"];
    for (const account of accounts) await keytar.setPassword("s", account, "v");
    const found = (await keytar.findCredentials("s")).map(({ account }) => account);
    assertEquals(found, accounts.toSorted());
    assertEquals(await keytar.findPassword("s"), "v");
  }, { service: "one" }));

test("keytar returns an empty password that another program has stored", () =>
  withDaemon(async () => {
    assertStrictEquals(await keytar.getPassword("s", "a"), "");
    assertStrictEquals(await keytar.findPassword("s"), "");
    assertEquals(await keytar.findCredentials("s"), [{ account: "a", password: "" }]);
  }, { secrets: { s: { a: "" } } }));

test("keytar keeps the order of calls that are not awaited", () =>
  withDaemon(async () => {
    const results = await Promise.all([
      keytar.getPassword("s", "a"),
      keytar.setPassword("s", "a", "1"),
      keytar.getPassword("s", "a"),
      keytar.setPassword("s", "a", "2"),
      keytar.getPassword("s", "a"),
      keytar.findCredentials("s"),
    ]);
    assertEquals(results, [null, undefined, "1", undefined, "2", [{
      account: "a",
      password: "2",
    }]]);
  }));

// Wrong on purpose: what a program in JavaScript may pass.
// deno-lint-ignore no-explicit-any
const untyped = keytar as any;

const REFUSED: [name: string, call: () => unknown, message: string, type?: boolean][] = [
  ["nothing", () => untyped.getPassword(), "Service is required."],
  ["no account", () => untyped.getPassword("s"), "Account is required."],
  ["an empty service", () => untyped.deletePassword("", "a"), "Service is required."],
  ["an empty account", () => untyped.deletePassword("s", ""), "Account is required."],
  ["to set without a service", () => untyped.setPassword("", "", ""), "Service is required."],
  ["to set without an account", () => untyped.setPassword("s", "", ""), "Account is required."],
  ["to delete without an account", () => untyped.deletePassword("s"), "Account is required."],
  ["an empty password", () => untyped.setPassword("s", "a", ""), "Password is required."],
  ["no password", () => untyped.setPassword("s", "a"), "Password is required."],
  ["a null service", () => untyped.findPassword(null), "Service is required."],
  ["a zero service", () => untyped.findCredentials(0), "Service is required."],
  ["an empty array", () => untyped.findCredentials([]), "Service is required."],
  [
    "the service first of three objects",
    () => untyped.setPassword({}, {}, {}),
    "Parameter 'service' must be a string",
    true,
  ],
  [
    "the account before the password",
    () => untyped.setPassword("s", {}, {}),
    "Parameter 'username' must be a string",
    true,
  ],
  ["absence before type", () => untyped.setPassword({}, "a", ""), "Password is required."],
  ["a number", () => untyped.getPassword(5, "a"), "Parameter 'service' must be a string", true],
  [
    "a symbol",
    () => untyped.getPassword("s", Symbol()),
    "Parameter 'username' must be a string",
    true,
  ],
  [
    "an array",
    () => untyped.setPassword("s", "a", ["b"]),
    "Parameter 'password' must be a string",
    true,
  ],
  [
    "a String object",
    () => untyped.findPassword(Object("s")),
    "Parameter 'service' must be a string",
    true,
  ],
];
for (const [name, call, message, type = false] of REFUSED) {
  test(`keytar refuses ${name} at once, with keytar's message`, () => {
    const error = assertThrows(call, Error, message);
    assertEquals([error.message, error.constructor], [message, type ? TypeError : Error]);
  });
}

test("keytar rejects values that would be damaged, and sends nothing", () =>
  withDaemon(async (daemon) => {
    for (const service of [undefined, "one"]) {
      named.configure({ service: service ?? null });
      for (
        const [call, argument] of [
          [() => keytar.setPassword("s\ud800", "a", "v"), "service"],
          [() => keytar.setPassword("s", "a\ud800", "v"), "account"],
          [() => keytar.setPassword("s", "a", "v\ud800"), 'value of "a"'],
        ] as const
      ) {
        const error = await assertRejects(call, InvalidRequestError);
        assertEquals(error.argument, argument);
      }
    }
    named.configure({ service: undefined });
    assertEquals(daemon.requests, 0);
  }));

test("keytar's default export holds the named exports", () => {
  const { default: object, ...functions } = named;
  assertEquals({ ...object }, functions);
});
