/** The naive node:net client as a contender: `naive SOCKET`. */
import process from "node:process";
import { NaiveClient } from "./naive_client.ts";
import { NAMES, SERVICE, valueOf } from "./names.ts";
import { serve, timed } from "./serve.ts";

const client = new NaiveClient(process.argv[2]);

await serve({
  exact: (count) =>
    timed(count, async (i) => {
      const name = NAMES[i % NAMES.length];
      const reply = await client.read(SERVICE, name);
      return reply.results?.[0].value === valueOf(name);
    }),
});
client.close();
