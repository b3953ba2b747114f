/** This library as a contender: `ours.ts SOCKET ffi|node async|sync`. */
import process from "node:process";
import { connect } from "../../mod.ts";
import { connectSync } from "../../sync.ts";
import { asyncTasks } from "./ours_async.ts";
import { serve } from "./serve.ts";
import { syncTasks } from "./ours_sync.ts";

const [, , endpoint, transport, style] = process.argv as string[];
const options = { endpoint, transport: transport as "ffi" | "node" };

if (style === "sync") {
  const client = connectSync(options);
  await serve(syncTasks(client));
  client.close();
} else {
  const client = await connect(options);
  await serve(asyncTasks(client));
  await client.close();
}
