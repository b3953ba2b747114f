/** TextDecoder and JSON.parse of the reply in a file: `decode FILE`. */
import { readFileSync } from "node:fs";
import process from "node:process";
import { BIG } from "./names.ts";
import { serve, timedSync } from "./serve.ts";

const decoder = new TextDecoder();
const reply = new Uint8Array(readFileSync(process.argv[2]));

await serve({
  prefix: (count) =>
    timedSync(count, () => JSON.parse(decoder.decode(reply)).results.length === BIG.count),
});
