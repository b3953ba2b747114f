/** The daemon of the soak: the embedded one, in a process that can be killed and stopped. */
import { closeSync, openSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { startDaemon } from "../../testing/mod.ts";
import { FIXED, SERVICE, valueOf } from "./secrets.ts";

const [, , endpoint, incarnation] = process.argv;
const fixed = Object.fromEntries(FIXED.map((name) => [name, valueOf(name)]));
const daemon = await startDaemon({
  endpoint: endpoint!,
  idleTimeout: 1_500,
  secrets: { [SERVICE]: { ...fixed, INCARNATION: incarnation! } },
});
console.log("listening");

const held: number[] = [];
createInterface({ input: process.stdin }).on("line", (line) => {
  if (line === "fill") hold();
  else if (line === "free") held.splice(0).forEach((fd) => closeSync(fd));
}).on("close", () => daemon.close());
process.on("SIGTERM", () => daemon.close().then(() => process.exit(0)));

/** Takes every descriptor that this process may have. */
function hold(): void {
  try {
    for (;;) held.push(openSync("/dev/null", "r"));
  } catch {
    // The last one is taken.
  }
}
