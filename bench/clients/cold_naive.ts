/** One secret by the naive client, from process start to exit: `cold_naive.ts SOCKET`. */
import process from "node:process";
import { NaiveClient } from "./naive_client.ts";

const client = new NaiveClient(process.argv[2]);
const reply = await client.request({ action: "read", service: "bench", targets: ["API_KEY"] });
client.close();
if (reply.results?.[0].value !== "secret-API_KEY") process.exitCode = 3;
