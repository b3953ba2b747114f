import { assertEquals, assertThrows } from "@std/assert";
import type { Transport } from "../../mod.ts";
import { UntrustedPeerError } from "../../mod.ts";
import { checkPeer } from "../../src/client/peer.ts";
import { test } from "../harness.ts";

const transport: Transport = {
  name: "played",
  available: () => true,
  connect: () => Promise.reject(new Error("not connected to anything")),
  uid: () => 1000,
  ownerOf: (path) => path === "/run/keychain-auth" ? 77 : undefined,
};

test("checkPeer() trusts root, the caller and the owner of the system folder", () => {
  for (const uid of [0, 1000, 77, undefined]) checkPeer("/s", { uid }, transport);
  checkPeer("/s", undefined, transport);
});

test("checkPeer() refuses a stranger unless told to trust it", () => {
  const error = assertThrows(() => checkPeer("/s", { uid: 1001 }, transport), UntrustedPeerError);
  assertEquals([error.endpoint, error.uid], ["/s", 1001]);
  checkPeer("/s", { uid: 1001 }, transport, { uids: [1001] });
  checkPeer("/s", { uid: 1001 }, transport, { check: false });
  const nobody = { ...transport, uid: undefined, ownerOf: undefined };
  assertThrows(() => checkPeer("/s", { uid: 1000 }, nobody), UntrustedPeerError);
});
