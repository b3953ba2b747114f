/** The C server as a process. */
import { join } from "@std/path";
import type { Tools } from "./tools.ts";

/** A running server. */
export interface Server extends AsyncDisposable {
  socket: string;
  /** A file with the reply to the big read, its newline included. */
  bigReply: string;
  /** Length of that reply, in bytes. */
  bigReplyLength: number;
}

/** Starts the server on a new socket. */
export async function startServer(tools: Pick<Tools, "server">): Promise<Server> {
  const folder = await Deno.makeTempDir({ prefix: "bench-" });
  const [socket, bigReply] = [join(folder, "s.sock"), join(folder, "big_reply.json")];
  const child = new Deno.Command(tools.server, {
    args: [socket, bigReply],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const output = child.stdout.getReader();
  const { value } = await output.read();
  if (!value) throw new Error("The server did not start");
  return {
    socket,
    bigReply,
    bigReplyLength: Deno.statSync(bigReply).size,
    async [Symbol.asyncDispose]() {
      await output.cancel();
      child.kill("SIGTERM");
      await child.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
}
