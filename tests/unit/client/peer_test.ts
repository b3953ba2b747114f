import { assertEquals } from "@std/assert";
import { trusts } from "../../../src/client/peer.ts";
import type { SystemServices } from "../../../src/system.ts";
import { test } from "../../harness.ts";

const system: SystemServices = {
  uid: () => 1000,
  ownerOf: (path) => path === "/run/keychain-auth" ? 77 : undefined,
  exists: () => undefined,
};

test("root, the caller and the owner of the system folder are trusted", () => {
  for (const uid of [0, 1000, 77, undefined]) assertEquals(trusts({ uid }, system, {}), true);
  assertEquals(trusts(undefined, system, {}), true);
});

test("another user is refused unless an option trusts it", () => {
  assertEquals(trusts({ uid: 1001 }, system, {}), false);
  assertEquals(trusts({ uid: 1001 }, system, { uids: [1001] }), true);
  assertEquals(trusts({ uid: 1001 }, system, { check: false }), true);
  const unknown = { ...system, uid: () => undefined, ownerOf: () => undefined };
  assertEquals(trusts({ uid: 1000 }, unknown, {}), false);
});
