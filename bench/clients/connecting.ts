/** New connections, each for one secret: `connecting.ts SOCKET ffi|node`. */
import process from "node:process";
import { connect } from "../../mod.ts";
import { NAMES, SERVICE, valueOf } from "./names.ts";
import { serve, timed } from "./serve.ts";

const [, , endpoint, transport] = process.argv as string[];
const open = () => connect({ endpoint, transport: transport as "ffi" | "node" });
const startUp = () => new Promise((resolve) => setTimeout(resolve, 100));

async function firstSecret(i: number, opening: ReturnType<typeof open>): Promise<boolean> {
  await using client = await opening;
  const name = NAMES[i % NAMES.length];
  return await client.service(SERVICE).get(name) === valueOf(name);
}

await serve({
  connect: (count) => timed(count, (i) => firstSecret(i, open())),
  // A program that takes 100 ms to start up, and connects after that or before.
  late: (count) =>
    timed(count, async (i) => {
      await startUp();
      return await firstSecret(i, open());
    }),
  early: (count) =>
    timed(count, async (i) => {
      const opening = open();
      await startUp();
      return await firstSecret(i, opening);
    }),
});
