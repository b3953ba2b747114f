/** The option that keeps other programs of the same user from this process's memory. */
import { assertEquals, assertRejects } from "@std/assert";
import process from "node:process";
import { ffiTransport } from "../../connect/choose_transport.ts";
import type { PosixCalls } from "../../ffi/posix/calls.ts";
import type { FfiTransport } from "../../ffi/transport.ts";
import { connect, InvalidRequestError } from "../../mod.ts";
import { startDaemon } from "../../testing/mod.ts";
import { test } from "../harness.ts";
import { hasFfi } from "../support/clients.ts";

const PR_GET_DUMPABLE = 3;
const PR_SET_DUMPABLE = 4;

const linux = process.platform === "linux";

async function prctl(option: number, value = 0): Promise<number> {
  const ffi = await ffiTransport() as FfiTransport<PosixCalls>;
  return ffi.use((calls) => calls.prctl!(option, value, 0, 0, 0));
}

test("undumpable: true hides the memory from the first reply to the next connection", async () => {
  await using daemon = await startDaemon({ secrets: { S: { A: "1" } } });
  try {
    const client = await connect({ endpoint: daemon.endpoint, undumpable: true });
    const service = client.service("S");
    assertEquals(await prctl(PR_GET_DUMPABLE), 1);
    assertEquals(await service.get("A"), "1");
    assertEquals(await prctl(PR_GET_DUMPABLE), 0);
    daemon.disconnect();
    using slow = daemon.fail("slow", { delay: 300 });
    const call = service.get("A");
    // The daemon has the next connection, and has not answered on it.
    while (slow.hits === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    assertEquals(await prctl(PR_GET_DUMPABLE), 1);
    assertEquals(await call, "1");
    assertEquals([await prctl(PR_GET_DUMPABLE), daemon.connections], [0, 2]);
    await client.close();
    assertEquals(await prctl(PR_GET_DUMPABLE), 0);
    await assertRejects(() => connect({ endpoint: "/nowhere.sock", undumpable: true }));
    assertEquals(await prctl(PR_GET_DUMPABLE), 0);
    const unasked = await connect({ endpoint: daemon.endpoint, undumpable: true });
    assertEquals(await prctl(PR_GET_DUMPABLE), 1);
    await unasked.close();
    assertEquals(await prctl(PR_GET_DUMPABLE), 0);
  } finally {
    await prctl(PR_SET_DUMPABLE, 1);
  }
}, { skip: !hasFfi || !linux });

test("undumpable: true is refused where no system call is made", async () => {
  await using daemon = await startDaemon();
  const error = await assertRejects(
    () => connect({ endpoint: daemon.endpoint, transport: "node", undumpable: true }),
    InvalidRequestError,
  );
  assertEquals([error.argument, daemon.connections], ["undumpable", 0]);
});
