/** A denial comes, and the close behind it, while the thread is at work between connect() and a call. */
import { assert } from "@std/assert";
import { fails, UNREG } from "../faults/fault.ts";
import { test } from "../harness.ts";
import { modes } from "../support/clients.ts";
import { canSanitize } from "../support/scripted_client.ts";
import { ServerProcess } from "../support/server_process.ts";
import { close, pause, reply } from "../support/steps.ts";

for (const mode of modes.filter(({ sync }) => !sync)) {
  test(
    `[${mode.name}] a denial that came while the thread was blocked needs no second connection`,
    async () => {
      await using process = new ServerProcess();
      // A server that is late denies in the moment of the call: node:net may lose that.
      let connections = 2;
      for (let tries = 0; tries < 5 && connections > 1; tries++) {
        const { id, endpoint } = await process.start([[pause(20), reply(UNREG), close()]]);
        const client = await mode.connect({ endpoint });
        for (const end = performance.now() + 300; performance.now() < end;);
        await fails("denied", () => client.service("S").get("A"));
        await client.close();
        ({ connections } = await process.seen(id));
      }
      assert(connections === 1, "the first denial was lost");
    },
    { sanitize: canSanitize(mode) },
  );
}
