/** The daemon of the soak: the embedded one, in a process that can be killed and stopped. */
import process from "node:process";
import { createInterface } from "node:readline";
import { startDaemon } from "../../testing/mod.ts";
import { fill, free } from "./descriptors.ts";
import { FIXED, SERVICE, valueOf } from "./secrets.ts";

const [, , endpoint, incarnation] = process.argv;
const fixed = Object.fromEntries(FIXED.map((name) => [name, valueOf(name)]));
const daemon = await startDaemon({
  endpoint: endpoint!,
  idleTimeout: 1_500,
  secrets: { [SERVICE]: { ...fixed, INCARNATION: incarnation! } },
});
console.log("listening");

createInterface({ input: process.stdin }).on("line", (line) => {
  if (line === "fill") fill();
  else if (line === "free") free();
}).on("close", () => daemon.close());
process.on("SIGTERM", () => daemon.close().then(() => process.exit(0)));
