/** One run of the fuzzer of arguments on the runtime that executes this file, told as JSON. */
import process from "node:process";
import { connect, connectSync, hasFfi, startProcess } from "../support/clients.ts";
import { startDaemon } from "../../testing/mod.ts";
import { fuzzArguments } from "./arguments.ts";

const [seed, from, calls] = process.argv.slice(2).map(Number);
const secrets = { S: { A: "1", B: "2", keep: "1" } };
await using daemon = await startDaemon({ secrets });
await using other = await startProcess("serve", [JSON.stringify({ secrets })]);
process.env.KEYCHAIN_AUTH_SOCKET = daemon.endpoint;
const client = await connect({ endpoint: daemon.endpoint });
const clientSync = hasFfi ? connectSync({ endpoint: other.endpoint }) : undefined;
const stage = { endpoint: daemon.endpoint, client, clientSync };
const started = performance.now();
const fuzzed = await fuzzArguments(stage, daemon, seed!, from!, calls!);
console.log(JSON.stringify({ ...fuzzed, seconds: (performance.now() - started) / 1_000 }));
await other[Symbol.asyncDispose]();
process.exit();
