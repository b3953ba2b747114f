/** One secret by this library, from process start to exit: `cold_ours.ts SOCKET ffi|node`. */
import { connect } from "../../mod.ts";

// No node: module here, because loading one is most of what a cold start can cost.
declare const process: { argv: string[]; exitCode?: number } | undefined;
declare const Deno: { args: string[]; exitCode: number } | undefined;

const [endpoint, transport] = typeof Deno === "object" ? Deno.args : process!.argv.slice(2);
const client = await connect({ endpoint, transport: transport as "ffi" | "node" });
const value = await client.service("bench").get("API_KEY");
await client.close();
if (value !== "secret-API_KEY") {
  if (typeof Deno === "object") Deno.exitCode = 3;
  else process!.exitCode = 3;
}
