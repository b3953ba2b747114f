/** The options of a run: their defaults, and what is refused. */
import { assertEquals, assertThrows } from "@std/assert";
import { settingsOf } from "../../../conformance/options.ts";
import { InvalidRequestError } from "../../../mod.ts";
import { test } from "../../harness.ts";
import { ABSENT } from "../../support/kca.ts";

const given = { endpoint: ABSENT, service: "S" };

test("a run without options asks all that is not slow, with the daemon's own limits", () => {
  assertEquals(settingsOf(given), {
    endpoints: [ABSENT],
    service: "S",
    groups: ["protocol", "policy", "limits", "lifetime"],
    only: "",
    slow: false,
    idleTimeout: 30_000,
    maxConnections: 64,
    require: [],
    timeout: 30_000,
    signal: undefined,
    onCheck: undefined,
  });
});

test("a run takes every option as it is given", () => {
  const options = {
    groups: ["lifetime", "policy"] as const,
    only: "half",
    slow: true,
    idleTimeout: 1,
    maxConnections: 2,
    require: ["search", "policy"] as const,
    timeout: 3,
    signal: new AbortController().signal,
    onCheck: () => {},
  };
  const { endpoints: _, service: __, ...rest } = settingsOf({ ...given, ...options });
  assertEquals(rest, options);
});

test("a run refuses what an option cannot be, by its name", () => {
  const refused = (name: string, value: unknown): void => {
    const options = { ...given, [name]: value } as never;
    const { argument } = assertThrows(() => settingsOf(options), InvalidRequestError);
    assertEquals(argument, name);
  };
  for (
    const [name, most] of [
      ["idleTimeout", 600_000],
      ["maxConnections", 10_000],
      ["timeout", 600_000],
    ] as const
  ) {
    for (const value of [1, most]) {
      assertEquals(settingsOf({ ...given, [name]: value })[name], value);
    }
    for (const value of [0, most + 1, 1.5, "1"]) refused(name, value);
  }
  refused("service", 1);
  refused("only", /x/);
  refused("signal", { aborted: false });
  refused("onCheck", "f");
  refused("groups", ["limits", "all"]);
  refused("require", { read: true });
  refused("toString", undefined);
  for (const options of [null, undefined, "S"]) {
    const { argument } = assertThrows(() => settingsOf(options as never), InvalidRequestError);
    assertEquals(argument, "options");
  }
});
