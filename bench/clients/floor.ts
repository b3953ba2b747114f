/**
 * What the runtime itself needs for the lines of a round trip, with no client and no socket around
 * it: `floor.ts FILE`, where FILE holds the reply to the big read.
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { BIG, NAMES, SERVICE, valueOf } from "./names.ts";
import { now, serve, timedSync } from "./serve.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const replies = NAMES.map((name) =>
  encoder.encode(
    JSON.stringify({
      type: "RESPONSE",
      status: "success",
      results: [{ target: name, value: valueOf(name) }],
    }) + "\n",
  )
);
const big = new Uint8Array(readFileSync(process.argv[2]));
// Many at once, because one takes little more than reading the clock does.
const GROUP = 50;

function lineOf(name: string): Uint8Array {
  const request = { type: "REQUEST", action: "read", service: SERVICE, targets: [name] };
  return encoder.encode(JSON.stringify(request) + "\n");
}

await serve({
  json(count) {
    const ns: number[] = [];
    let wrong = 0;
    for (let i = 0; i < count; i += GROUP) {
      let sent = 0;
      let right = 0;
      const start = now();
      for (let k = i; k < i + GROUP; k++) {
        const name = NAMES[k % NAMES.length];
        sent += lineOf(name).length;
        const reply = JSON.parse(decoder.decode(replies[k % NAMES.length]));
        if (reply.results[0].target === name) right++;
      }
      ns.push((now() - start) / GROUP);
      if (right !== GROUP || sent !== GROUP * lineOf(NAMES[0]).length) wrong++;
    }
    return { ns, wrong };
  },
  parse: (count) =>
    timedSync(count, () => JSON.parse(decoder.decode(big)).results.length === BIG.count),
});
