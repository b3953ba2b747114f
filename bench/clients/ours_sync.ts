/** The tasks of the synchronous client. */
import type { SecretMap } from "../../mod.ts";
import type { KeychainClientSync } from "../../sync.ts";
import { BIG, NAMES, SERVICE, valueOf, wrongInBig } from "./names.ts";
import { inARowSync, now, type Task, timedSync } from "./serve.ts";

/** What the synchronous client can be asked to do. */
export function syncTasks(client: KeychainClientSync): Record<string, Task> {
  const service = client.service(SERVICE);
  let held: SecretMap | undefined;
  const exact = (i: number) => {
    const name = NAMES[i % NAMES.length];
    return service.get(name) === valueOf(name);
  };
  return {
    exact: (count) => timedSync(count, exact),
    sequential: (count) => inARowSync(count, exact),
    read: (count) =>
      timedSync(count, () => {
        const found = service.read(NAMES);
        return found.size === NAMES.length &&
          NAMES.every((name) => found.get(name)?.reveal() === valueOf(name));
      }),
    // The big read and its check apart, so that memory can be looked at in between.
    hold() {
      const start = now();
      held = service.readPrefix(BIG.prefix);
      return { ns: [now() - start], wrong: 0 };
    },
    check: () => ({
      ns: [0],
      wrong: wrongInBig((name) => held?.get(name)?.reveal(), held?.size ?? 0),
    }),
    // What a program does that uses all of it: in the order of the names, each value revealed.
    all: (count) =>
      timedSync(count, () => {
        let units = 0;
        for (const [name, secret] of service.readPrefix(BIG.prefix)) {
          units += name.length + secret.reveal().length;
        }
        return units === BIG.count * (BIG.prefix.length + 5 + BIG.length);
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
    write(count) {
      const entries = NAMES.slice(0, 500).map((name) => [name, valueOf(name)] as const);
      return timedSync(count, () => {
        service.write(entries);
        return true;
      });
    },
  };
}
