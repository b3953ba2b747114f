/** The end of a connection after its last reply. */
import type { Socket } from "node:net";
import process from "node:process";
import { clearTimer, setTimer } from "../src/clock.ts";

// Deno's pipe client (2.9, mio 1.0.3) panics when a pipe ends while it begins the next read, which
// it does after every reply: https://github.com/tokio-rs/mio/issues/1819
const PAUSE = process.platform === "win32" ? 20 : 0;

/** Closes a connection after its last reply: at once, but on Windows 20 ms later. */
export function closeAfterReply(socket: Socket): void {
  if (PAUSE === 0) return void socket.destroy();
  const timer = setTimer(() => socket.destroy(), PAUSE);
  socket.once("close", () => clearTimer(timer));
}
