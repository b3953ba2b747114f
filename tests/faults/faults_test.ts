/** Runs the fault table: every case over every way to a client that this runtime has. */
import process from "node:process";
import { assert, assertEquals } from "@std/assert";
import type { ConnectOptions } from "../../mod.ts";
import { root, test } from "../harness.ts";
import { type AnyClient, type Mode, modes } from "../support/clients.ts";
import type { Fault, Seen } from "./fault.ts";
import { giveCue } from "../support/cue.ts";
import { plain } from "../support/plain_page.ts";
import { page, written } from "./page.ts";
import { until } from "../support/raw_client.ts";
import { Watched } from "../support/watched.ts";
import { ServerProcess } from "../support/server_process.ts";
import { faults } from "./table.ts";

const windows = process.platform === "win32";
let server: ServerProcess | undefined;

async function run(fault: Fault, mode: Mode): Promise<void> {
  // One process for all cases of this file.
  server ??= new ServerProcess();
  const { id, endpoint } = await server.start(fault.name);
  const seen = async (): Promise<Seen> => await server!.seen(id);
  const clients: AnyClient[] = [];
  try {
    await fault.run({
      mode,
      endpoint,
      async connect(options: ConnectOptions = {}, onSent?: (requests: number) => void) {
        const transport = onSent && Object.assign(new Watched(mode), { onSent });
        const client = await mode.connect({
          endpoint,
          ...options,
          ...(transport && { transport }),
        });
        assertEquals(client.transport, mode.transport);
        clients.push(client);
        return client;
      },
      seen,
      done: async (steps) => await server!.done(id, steps),
      closed: () => until("all is closed", async () => (await seen()).open === 0),
      cue: () => giveCue(endpoint),
      stop: async () => void await server!.ask(id, "stop"),
    });
  } finally {
    for (const client of clients) await client.close();
    await server!.ask(id, "forget");
  }
}

test("the fault table names each case once", () => {
  assertEquals(new Set(faults.map(({ name }) => name)).size, faults.length);
});

for (const fault of faults) {
  for (const mode of modes) {
    if (windows && fault.posixOnly !== undefined) continue;
    if (fault.only !== undefined && (fault.only === "sync") !== mode.sync) continue;
    test(`fault: ${fault.name} [${mode.name}]`, () => run(fault, mode), { sanitize: false });
  }
}

test("the fault table's server ends", async () => {
  await server?.[Symbol.asyncDispose]();
}, { sanitize: false });

test("docs/faults.md holds the fault table as it is", () => {
  assert(faults.length >= 45);
  assertEquals(plain(written(root)), plain(page()));
});
