/** The naive node:net client as a contender: `naive.ts SOCKET`. */
import process from "node:process";
import { BIG, NAMES, SERVICE, valueOf, wrongInBig } from "./names.ts";
import { NaiveClient, type Reply } from "./naive_client.ts";
import { inARow, now, serve, timed } from "./serve.ts";

const client = new NaiveClient(process.argv[2]);
let held: Reply | undefined;

async function exact(i: number): Promise<boolean> {
  const name = NAMES[i % NAMES.length];
  const reply = await client.request({ action: "read", service: SERVICE, targets: [name] });
  return reply.results?.[0].value === valueOf(name);
}

await serve({
  exact: (count) => timed(count, exact),
  sequential: (count) => inARow(count, exact),
  read: (count) =>
    timed(count, async () => {
      const { results } = await client.request({
        action: "read",
        service: SERVICE,
        targets: NAMES,
      });
      return results?.length === NAMES.length &&
        results.every(({ target, value }, i) => target === NAMES[i] && value === valueOf(target));
    }),
  async hold() {
    const start = now();
    held = await client.request({
      action: "read",
      service: SERVICE,
      match: "prefix",
      targets: [BIG.prefix],
    });
    return { ns: [now() - start], wrong: 0 };
  },
  check() {
    const found = new Map(held?.results?.map(({ target, value }) => [target, value]));
    return { ns: [0], wrong: wrongInBig((name) => found.get(name), found.size) };
  },
  async prefix(count) {
    const ns: number[] = [];
    let wrong = 0;
    for (let i = 0; i < count; i++) {
      const start = now();
      const reply = await client.request({
        action: "read",
        service: SERVICE,
        match: "prefix",
        targets: [BIG.prefix],
      });
      ns.push(now() - start);
      const found = new Map(reply.results?.map(({ target, value }) => [target, value]));
      wrong += wrongInBig((name) => found.get(name), found.size);
    }
    return { ns, wrong };
  },
  async pipelined(count) {
    const start = now();
    const right = await Promise.all(Array.from({ length: count }, (_, i) => exact(i)));
    return { ns: [now() - start], wrong: right.filter((r) => !r).length };
  },
  write(count) {
    const targets = NAMES.slice(0, 500);
    const values = targets.map(valueOf);
    return timed(count, async () => {
      const reply = await client.request({ action: "write", service: SERVICE, targets, values });
      return reply.status === "success";
    });
  },
});
client.close();
