/** Runs the fault table: every case over every way to a client that this runtime has. */
import process from "node:process";
import { assertEquals } from "@std/assert";
import type { ConnectOptions } from "../../mod.ts";
import { test } from "../harness.ts";
import { type AnyClient, type Mode, modes } from "../support/clients.ts";
import type { Fault, Seen } from "./fault.ts";
import { ServerProcess } from "./server_process.ts";
import { faults } from "./table.ts";

const windows = process.platform === "win32";
let server: ServerProcess | undefined;

async function run(fault: Fault, mode: Mode): Promise<void> {
  const { id, endpoint } = await server!.start(fault.name);
  const clients: AnyClient[] = [];
  try {
    await fault.run({
      mode,
      endpoint,
      async connect(options: ConnectOptions = {}) {
        const client = await mode.connect({ endpoint, ...options });
        assertEquals(client.transport, mode.transport);
        clients.push(client);
        return client;
      },
      seen: async () => await server!.ask(id, "seen") as Seen,
      stop: async () => void await server!.ask(id, "stop"),
    });
  } finally {
    for (const client of clients) await client.close();
    await server!.ask(id, "forget");
  }
}

test("the fault table names each case once", async () => {
  assertEquals(new Set(faults.map(({ name }) => name)).size, faults.length);
  // Lives for as long as this file: one process for all cases.
  server = new ServerProcess();
  await server.start(faults[0]!.name).then(({ id }) => server!.ask(id, "forget"));
}, { sanitize: false });

for (const fault of faults) {
  for (const mode of modes) {
    if (fault.only !== undefined && (fault.only === "sync") !== mode.sync) continue;
    const skip = windows && fault.posixOnly !== undefined;
    test(`fault: ${fault.name} [${mode.name}]`, () => run(fault, mode), { skip, sanitize: false });
  }
}

test("the fault table's server ends", async () => {
  await server?.[Symbol.asyncDispose]();
}, { sanitize: false });
