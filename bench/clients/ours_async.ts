/** The tasks of the asynchronous client. */
import type { KeychainClient, SecretMap } from "../../mod.ts";
import { BIG, NAMES, SERVICE, valueOf, wrongInBig } from "./names.ts";
import { inARow, now, type Task, timed } from "./serve.ts";

/** What the asynchronous client can be asked to do. */
export function asyncTasks(client: KeychainClient): Record<string, Task> {
  const service = client.service(SERVICE);
  let held: SecretMap | undefined;
  const exact = async (i: number) => {
    const name = NAMES[i % NAMES.length];
    return await service.get(name) === valueOf(name);
  };
  const raw = async (i: number) => {
    const name = NAMES[i % NAMES.length];
    const reply = await client.request({ action: "read", service: SERVICE, targets: [name] });
    return reply.results?.[0].value === valueOf(name);
  };
  const together = async (count: number, each: (i: number) => Promise<boolean>) => {
    const start = now();
    const right = await Promise.all(Array.from({ length: count }, (_, i) => each(i)));
    return { ns: [now() - start], wrong: right.filter((r) => !r).length };
  };
  return {
    exact: (count) => timed(count, exact),
    request: (count) => timed(count, raw),
    sequential: (count) => inARow(count, exact),
    concurrent: (count) => together(count, exact),
    pipelined: (count) => together(count, raw),
    read: (count) =>
      timed(count, async () => {
        const found = await service.read(NAMES);
        return found.size === NAMES.length &&
          NAMES.every((name) => found.get(name)?.reveal() === valueOf(name));
      }),
    // The big read and its check apart, so that memory can be looked at in between.
    async hold() {
      const start = now();
      held = await service.readPrefix(BIG.prefix);
      return { ns: [now() - start], wrong: 0 };
    },
    check: () => ({
      ns: [0],
      wrong: wrongInBig((name) => held?.get(name)?.reveal(), held?.size ?? 0),
    }),
    // What a program does that uses all of it: in the order of the names, each value revealed.
    all: (count) =>
      timed(count, async () => {
        let units = 0;
        for (const [name, secret] of await service.readPrefix(BIG.prefix)) {
          units += name.length + secret.reveal().length;
        }
        return units === BIG.count * (BIG.prefix.length + 5 + BIG.length);
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
    write(count) {
      const entries = NAMES.slice(0, 500).map((name) => [name, valueOf(name)] as const);
      return timed(count, async () => {
        await service.write(entries);
        return true;
      });
    },
  };
}
