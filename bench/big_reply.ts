/** The reply to the big read in a file, for what measures the runtime alone. */
import { join } from "@std/path";

/** Asks the server once and keeps the reply, its newline included. */
export async function bigReplyFile(cache: string, socket: string): Promise<string> {
  const file = join(cache, "big_reply.json");
  using connection = await Deno.connect({ transport: "unix", path: socket });
  const line =
    '{"type":"REQUEST","action":"read","service":"bench","match":"prefix","targets":["big:"]}\n';
  await connection.write(new TextEncoder().encode(line));
  using out = await Deno.open(file, { write: true, create: true, truncate: true });
  const piece = new Uint8Array(1 << 18);
  for (let n; (n = await connection.read(piece));) {
    await out.write(piece.subarray(0, n));
    if (piece[n - 1] === 10) break;
  }
  return file;
}
