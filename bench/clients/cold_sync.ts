/** One secret by the synchronous client, from process start to exit: `cold_sync.ts SOCKET`. */
import { connectSync } from "../../sync.ts";

declare const process: { argv: string[]; exitCode?: number } | undefined;
declare const Deno: { args: string[]; exitCode: number } | undefined;

const [endpoint] = typeof Deno === "object" ? Deno.args : process!.argv.slice(2);
const client = connectSync({ endpoint, transport: "ffi" });
const value = client.service("bench").get("API_KEY");
client.close();
if (value !== "secret-API_KEY") {
  if (typeof Deno === "object") Deno.exitCode = 3;
  else process!.exitCode = 3;
}
