/** The tasks of the asynchronous client. */
import type { KeychainClient } from "../../mod.ts";
import { BIG, NAMES, SERVICE, valueOf, wrongInBig } from "./names.ts";
import { now, type Task, timed } from "./serve.ts";

/** What the asynchronous client can be asked to do. */
export function asyncTasks(client: KeychainClient): Record<string, Task> {
  const service = client.service(SERVICE);
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
    async sequential(count) {
      let wrong = 0;
      const start = now();
      for (let i = 0; i < count; i++) if (!(await exact(i))) wrong++;
      return { ns: [now() - start], wrong };
    },
    concurrent: (count) => together(count, exact),
    pipelined: (count) => together(count, raw),
    read: (count) =>
      timed(count, async () => {
        const found = await service.read(NAMES);
        return found.size === NAMES.length &&
          NAMES.every((name) => found.get(name)?.reveal() === valueOf(name));
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
