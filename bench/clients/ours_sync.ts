/** The synchronous client as a contender: `ours_sync SOCKET`. */
import process from "node:process";
import type { SecretMap } from "@keychain-auth/client";
import { connectSync } from "@keychain-auth/client/sync";
import { BIG, NAMES, SERVICE, valueOf, wrongInBig } from "./names.ts";
import { now, serve, timedSync } from "./serve.ts";

const client = connectSync({ endpoint: process.argv[2] });
const service = client.service(SERVICE);
let held: SecretMap | undefined;

await serve({
  exact: (count) =>
    timedSync(count, (i) => {
      const name = NAMES[i % NAMES.length];
      return service.get(name) === valueOf(name);
    }),
  prefix(count) {
    const ns: number[] = [];
    let wrong = 0;
    for (let i = 0; i < count; i++) {
      const start = now();
      const found = service.readPrefix(BIG.prefix);
      ns.push(now() - start);
      wrong += wrongInBig((name) => found.get(name)?.reveal(), found.size);
    }
    return { ns, wrong };
  },
  hold() {
    const start = now();
    held = service.readPrefix(BIG.prefix);
    return { ns: [now() - start], wrong: 0 };
  },
  check: () => ({
    ns: [0],
    wrong: wrongInBig((name) => held?.get(name)?.reveal(), held?.size ?? 0),
  }),
});
client.close();
