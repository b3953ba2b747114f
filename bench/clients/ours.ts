/** The asynchronous client as a contender: `ours SOCKET ffi|deno|node`. */
import process from "node:process";
import { connect, type SecretMap } from "@keychain-auth/client";
import { BIG, NAMES, SERVICE, valueOf, wrongInBig } from "./names.ts";
import { now, serve, timed } from "./serve.ts";

const [, , endpoint, transport] = process.argv;
const client = await connect({ endpoint, transport: transport as "ffi" | "node" });
// Another transport than the one that was asked for would be measured in its place.
if (client.transport !== transport) throw new Error(`The transport is ${client.transport}`);
const service = client.service(SERVICE);
let held: SecretMap | undefined;

await serve({
  exact: (count) =>
    timed(count, async (i) => {
      const name = NAMES[i % NAMES.length];
      return await service.get(name) === valueOf(name);
    }),
  async prefix(count) {
    const ns: number[] = [];
    let wrong = 0;
    for (let i = 0; i < count; i++) {
      const start = now();
      const found = await service.readPrefix(BIG.prefix);
      ns.push(now() - start);
      wrong += wrongInBig((name) => found.get(name)?.reveal(), found.size);
    }
    return { ns, wrong };
  },
  // The same with its check apart, so that memory can be looked at in between.
  async hold() {
    const start = now();
    held = await service.readPrefix(BIG.prefix);
    return { ns: [now() - start], wrong: 0 };
  },
  check: () => ({
    ns: [0],
    wrong: wrongInBig((name) => held?.get(name)?.reveal(), held?.size ?? 0),
  }),
});
await client.close();
