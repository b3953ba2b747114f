/** The C server as a process. */
import { join } from "@std/path";
import type { Toolchain } from "./toolchain.ts";

/** A running server. */
export interface Server extends AsyncDisposable {
  socket: string;
  /** Length of the reply to the big read, in bytes. */
  bigReply: number;
  /** How many requests it has answered. */
  requests(): Promise<number>;
}

/** Starts the C server on a new socket, on one core when `core` is given. */
export async function startServer(
  tools: Toolchain,
  options: { core?: number; delayUs?: number; acceptDelayMs?: number } = {},
): Promise<Server> {
  const folder = await Deno.makeTempDir({ prefix: "bench-" });
  const socket = join(folder, "s.sock");
  const pinned = options.core === undefined ? [] : ["taskset", "-c", String(options.core)];
  const [program, ...args] = [
    ...pinned,
    tools.server,
    socket,
    "--delay-us",
    String(options.delayUs ?? 0),
    "--accept-delay-ms",
    String(options.acceptDelayMs ?? 0),
  ];
  const child = new Deno.Command(program, { args, stdout: "piped", stderr: "inherit" }).spawn();
  const output = child.stdout.getReader();
  const { value } = await output.read();
  if (!value) throw new Error("The server did not start");
  return {
    socket,
    bigReply: Number(new TextDecoder().decode(value)),
    async requests() {
      using connection = await Deno.connect({ transport: "unix", path: socket });
      await connection.write(new TextEncoder().encode('{"action":"stats"}\n'));
      const piece = new Uint8Array(256);
      const n = await connection.read(piece) ?? 0;
      return JSON.parse(new TextDecoder().decode(piece.subarray(0, n))).requests;
    },
    async [Symbol.asyncDispose]() {
      await output.cancel();
      child.kill("SIGTERM");
      await child.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
}
