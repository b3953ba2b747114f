/** A transport of the caller's own is taken when it has what a client calls. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { checkTransport, otherTransport } from "../../../connect/other_transports.ts";
import { InvalidRequestError, type Transport, TransportUnavailableError } from "../../../mod.ts";
import { test } from "../../harness.ts";

const own: Transport = {
  name: "own",
  available: () => true,
  connect: () => Promise.reject(new Error("not called")),
};

test("checkTransport() refuses what lacks a part of a transport", () => {
  assert(checkTransport(own) === own);
  for (const part of ["name", "available", "connect"]) {
    const { argument } = assertThrows(
      () => checkTransport({ ...own, [part]: undefined }),
      InvalidRequestError,
    );
    assertEquals(argument, "transport");
  }
  for (const choice of [null, undefined, "own", 1]) {
    assertThrows(() => checkTransport(choice), InvalidRequestError, "name, available and connect");
  }
});

test("otherTransport() says why a transport is not available, where the transport tells", async () => {
  assert((await otherTransport(own)).transport === own);
  const failed = async (transport: Transport): Promise<string> => {
    const error = await otherTransport(transport).catch((error) => error);
    assert(error instanceof TransportUnavailableError);
    return error.message;
  };
  const closed = { ...own, available: () => false };
  assert((await failed({ ...closed, unavailable: () => "on holiday" })).includes("on holiday"));
  assert((await failed(closed)).includes("not available"));
});
