/**
 * A program's test framework replaces timers and clock with ones that stand still. The client goes by
 * the real ones, which it took when it was imported.
 */
import { assertEquals } from "@std/assert";
import { startDaemon } from "../../testing/mod.ts";
import { gives } from "../faults/fault.ts";
import { runFixture, test } from "../harness.ts";
import { type Mode, modes } from "../support/clients.ts";
import { startScripted } from "../support/scripted_server.ts";
import { close, hang, pause, reply, request } from "../support/steps.ts";

/** Compares how calls end, by their names, with how they should. */
async function compare(
  mode: Mode,
  endpoint: string,
  moment: string,
  expected: Record<string, string>,
): Promise<void> {
  const args = [endpoint, mode.name, moment, ...Object.keys(expected)];
  const { code, stdout, stderr } = await runFixture("fake_timers", { args });
  const lines = Object.entries(expected).map(([call, end]) => `${call}: ${end}`);
  assertEquals([code, stdout.trim().split("\n")], [0, lines], stderr);
}

for (const mode of modes) {
  for (const moment of ["before connect()", "behind connect()"]) {
    const name = `[${mode.name}] under fake timers that come ${moment}`;

    test(`${name} calls return the same results`, async () => {
      await using daemon = await startDaemon({ secrets: { S: { A: "1", B: "2" } } });
      await compare(mode, daemon.endpoint, moment, {
        "get": "1",
        "merged reads": "1",
        "200 reads in a row": "1",
        "a read with limits": "1",
        "write": "undefined",
        "large write": "undefined",
        "load": "1",
        "delete": "B",
      });
    });

    test(`${name} slow replies are waited for, and timeouts kept`, async () => {
      await using server = await startScripted([
        [request(), pause(200), reply(gives({ A: "1" })), hang()],
        [hang()],
      ]);
      await compare(mode, server.endpoint, moment, {
        "get": "1",
        "late": "timeout",
        "late reads of one turn": "timeout",
      });
    });

    test(`${name} a denial is explained`, async () => {
      // In reply: the node:net of Deno and Bun may lose what comes with the connection.
      const policy = { allowed_read_services: [], allowed_write_services: [], can_search: false };
      await using daemon = await startDaemon({ policy });
      await compare(mode, daemon.endpoint, moment, { get: "denied" });
    });

    test(`${name} a lost connection is replaced`, async () => {
      await using server = await startScripted([
        [request(), close()],
        [request(), reply(gives({ A: "1" })), hang()],
      ]);
      await compare(mode, server.endpoint, moment, { get: "1" });
    });
  }
}
