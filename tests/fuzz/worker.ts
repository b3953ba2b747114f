/** One run of a fuzzer on the runtime that executes this file: prints what it showed as JSON. */
import process from "node:process";
import { fuzzReplies } from "./replies.ts";

const [seed, from, cases] = process.argv.slice(2).map(Number);
// Nearly every case makes errors, and their stacks cost more than the rest.
Error.stackTraceLimit = 1;
const started = performance.now();
const fuzzed = fuzzReplies(seed!, from!, cases!);
console.log(JSON.stringify({ ...fuzzed, seconds: (performance.now() - started) / 1_000 }));
