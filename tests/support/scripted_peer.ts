/** One connection of a scripted server. */
import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import process from "node:process";
import type { ScriptedServer } from "./scripted_server.ts";

/** The least time from a reply to the end, in ms: Deno's client may panic, see testing/close_after_reply.ts. */
const LEAST = process.platform === "win32" ? 20 : 0;

/** What a script has to do with: the client on the other side. */
export class ScriptedPeer {
  /** The server, for scripts that stop listening. */
  readonly server: ScriptedServer;
  readonly #socket: Socket;
  readonly #lines: string[];
  #buffer: Buffer = Buffer.alloc(0);
  #ended = false;
  #draining = false;
  #wake: (() => void) | undefined;

  /** Made by the server: a paused socket, and where to record lines. */
  constructor(socket: Socket, lines: string[], server: ScriptedServer) {
    this.#socket = socket;
    this.#lines = lines;
    this.server = server;
    const over = () => {
      this.#ended = true;
      this.#wake?.();
    };
    socket.on("error", over);
    socket.on("end", over);
    socket.on("close", over);
    socket.on("data", (chunk: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, chunk]);
      // At once, and not when the script gets its turn: Deno reads on from here.
      if (!this.#draining) stopReading(socket);
      this.#wake?.();
    });
    // A data listener starts the flow; it is for the script to do that.
    socket.pause();
  }

  /** Waits for a request line and records it; rejects when the client ends before its line feed. */
  async request(): Promise<Record<string, unknown>> {
    await this.#until(() => this.#buffer.includes(10));
    const end = this.#buffer.indexOf(10);
    const line = this.#buffer.subarray(0, end).toString();
    this.#buffer = this.#buffer.subarray(end + 1);
    this.#lines.push(line);
    return JSON.parse(line);
  }

  /** Waits for this many bytes, line feeds included, and takes them without recording. */
  async bytes(count: number): Promise<Buffer> {
    await this.#until(() => this.#buffer.length >= count);
    const taken = this.#buffer.subarray(0, count);
    this.#buffer = this.#buffer.subarray(count);
    return taken;
  }

  /** Waits until the client has closed or half-closed. */
  async clientEnd(): Promise<void> {
    this.#drain();
    while (!this.#ended) await this.#activity();
  }

  /** Sends bytes or text as they are; resolves when the system has taken them. */
  send(data: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(data, (error) => error ? reject(error) : resolve());
    });
  }

  /** Sends in pieces of `size` bytes, each its own write, with a pause of `delay` ms between. */
  async pieces(data: string | Uint8Array, size: number, delay = 0): Promise<void> {
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    for (let i = 0; i < bytes.length; i += size) {
      if (i > 0 && delay > 0) await pauseFor(delay);
      await this.send(bytes.subarray(i, i + size));
    }
  }

  /** Half-closes (FIN): what was sent arrives, then the end; the client can still write. */
  halfClose(): Promise<void> {
    return new Promise((resolve) => this.#socket.end(() => resolve()));
  }

  /**
   * Closes cleanly: what was sent arrives, then the end, and a later write of the client fails.
   * What the client had sent is read first, because unread bytes would turn this into a reset.
   */
  async end(): Promise<void> {
    this.#drain();
    await pauseFor(Math.max(10, LEAST));
    await this.halfClose();
    await this.destroy();
  }

  /**
   * Ends with a reset: lets the client's bytes lie unread in the system for `wait` ms, then closes.
   * On Linux the client reads what was sent before and then gets ECONNRESET. There must be such
   * bytes: `request()` takes all that has arrived, so `[request(), reset()]` on a client that sends
   * one request is a clean end. `[pause(30), reply("half a rep"), reset()]` resets inside a reply.
   * On Windows a pipe has no reset, the client sees its end. On Bun a connection that a step has
   * read from can no longer be reset: there, reset before the first `request()` only.
   */
  async reset(wait = 30): Promise<void> {
    await pauseFor(Math.max(wait, LEAST));
    await this.destroy();
  }

  /** Closes at once, whatever is under way. */
  destroy(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.closed) return resolve();
      this.#socket.once("close", () => resolve());
      this.#socket.destroy();
    });
  }

  /** Called by the server after the last step. */
  async scriptDone(): Promise<void> {
    if (this.#ended) await this.destroy();
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#ended) throw new Error("The client ended before the script expected it");
      startReading(this.#socket);
      await this.#activity();
    }
  }

  #drain(): void {
    this.#draining = true;
    startReading(this.#socket);
  }

  async #activity(): Promise<void> {
    await new Promise<void>((resolve) => this.#wake = resolve);
    this.#wake = undefined;
  }
}

// pause() goes on reading from the system into the stream's own buffer. For bytes to stay unread
// there the handle itself has to stop. `reading` stays true, or the stream would start it again by
// itself. Bun has no such handle: once a byte was read from a connection, all are.
interface Handle {
  reading?: boolean;
  readStart?(): void;
  readStop?(): void;
}

function stopReading(socket: Socket): void {
  const handle = handleOf(socket);
  if (handle?.readStop === undefined) return void socket.pause();
  handle.readStop();
  handle.reading = true;
}

function startReading(socket: Socket): void {
  if (socket.destroyed) return;
  const handle = handleOf(socket);
  if (handle?.readStart !== undefined) {
    handle.reading = true;
    handle.readStart();
  }
  socket.resume();
}

function handleOf(socket: Socket): Handle | null | undefined {
  return (socket as unknown as { _handle?: Handle | null })._handle;
}

function pauseFor(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
