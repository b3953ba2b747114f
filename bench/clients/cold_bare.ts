/** One secret by send and recv alone, from process start to exit: `cold_bare.ts SOCKET`. */
import { BareSocket } from "./bare_socket.ts";

declare const process: { argv: string[]; exitCode?: number } | undefined;
declare const Deno: { args: string[]; exitCode: number } | undefined;

const [endpoint] = typeof Deno === "object" ? Deno.args : process!.argv.slice(2);
const socket = await BareSocket.connect(endpoint);
const reply = socket.ask(["API_KEY"]);
socket.close();
if (reply.results?.[0].value !== "secret-API_KEY") {
  if (typeof Deno === "object") Deno.exitCode = 3;
  else process!.exitCode = 3;
}
