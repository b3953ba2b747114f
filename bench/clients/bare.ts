/** send, recv and JSON alone as a contender: `bare.ts SOCKET`. */
import process from "node:process";
import { BareSocket } from "./bare_socket.ts";
import type { Reply } from "./naive_client.ts";
import { BIG, NAMES, valueOf } from "./names.ts";
import { inARowSync, now, serve, timedSync } from "./serve.ts";

/** Requests in one send of the pipelined task; both directions fit into the kernel's buffers. */
const BURST = 64;

const socket = await BareSocket.connect(process.argv[2]);

function right({ results }: Reply, name: string): boolean {
  return results?.[0].value === valueOf(name);
}

function exact(i: number): boolean {
  const name = NAMES[i % NAMES.length];
  return right(socket.ask([name]), name);
}

await serve({
  exact: (count) => timedSync(count, exact),
  sequential: (count) => inARowSync(count, exact),
  pipelined(count) {
    let wrong = 0;
    const start = now();
    for (let i = 0; i < count; i += BURST) {
      const length = Math.min(BURST, count - i);
      const names = Array.from({ length }, (_, k) => NAMES[(i + k) % NAMES.length]);
      const replies = socket.askAll(names.map((name) => [name]));
      for (const [k, reply] of replies.entries()) if (!right(reply, names[k])) wrong++;
    }
    return { ns: [now() - start], wrong };
  },
  // What 1,000 merged calls come down to.
  concurrent(count) {
    const names = NAMES.slice(0, count);
    const start = now();
    const { results = [] } = socket.ask(names);
    const ns = now() - start;
    const wrong = names.filter((name, i) => results[i]?.value !== valueOf(name)).length;
    return { ns: [ns], wrong };
  },
  prefix: (count) =>
    timedSync(count, () => socket.ask([BIG.prefix], "prefix").results?.length === BIG.count),
});
socket.close();
