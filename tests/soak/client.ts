/** The client of the soak: several lanes call for as long as it is told to, and check every value. */
import "./clock_shim.ts";
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { jumpTo } from "./clock_shim.ts";
import { fill, free } from "./descriptors.ts";
import { startLanes, useOnce } from "./lanes.ts";
import { tally } from "./tally.ts";

const [, , endpoint, transports, pace] = process.argv;
const names = transports!.split(",");
const commands = createInterface({ input: process.stdin });
// What a runtime opens at the first use and keeps is no leak: three on Deno, for standard input and
// node:net.
await useOnce(endpoint!, names);
const descriptorsBefore = descriptors();
const lanes = startLanes(endpoint!, names, Number(pace));
const memories: number[] = [];

// The soak asks for this before it kills a client that does not end.
let step = "its next command";
process.on("SIGUSR2", () => {
  console.error(`The client waits for ${step}; ${lanes.waiting().join("; ")}`);
});
process.on("uncaughtException", (error) => tally.foreign(error));
process.on("unhandledRejection", (error) => tally.foreign(error));

for await (const line of commands) {
  const [command, argument] = line.split(" ");
  if (command === "fill") fill();
  else if (command === "free") free();
  else if (command === "clock") jumpTo(Number(argument));
  else if (command === "weigh") memories.push(memory());
  else if (command === "recovered") lanes.recovered().then((ms) => say({ recovered: ms }));
  else if (command === "end") break;
}

step = "the end of its lanes";
await lanes.end();
step = "its descriptors";
memories.push(memory());
// Sockets of the runtime close a turn later.
for (let turn = 0; turn < 50 && descriptors() > descriptorsBefore; turn++) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
const descriptorsAfter = descriptors();
say({ end: { ...tally.report(), descriptorsBefore, descriptorsAfter, memories } });
process.exit(0);

function say(what: object): void {
  process.stdout.write(JSON.stringify(what) + "\n");
}

/** Open descriptors of this process. */
function descriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

/** Resident memory in MiB after a collection. */
function memory(): number {
  (globalThis as { gc?: () => void }).gc?.();
  (globalThis as { Bun?: { gc(sync: boolean): void } }).Bun?.gc(true);
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))![1];
  return Math.round(Number(kib) / 1_024);
}
