/**
 * A client that knows nothing of the protocol but its line feeds: what it sends and gets is what
 * crosses the socket. For tests of a daemon.
 */
import { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";
import process from "node:process";
import { patience } from "../harness.ts";

/** How a connection ended, as the client saw it. */
export type Ending = "end" | "reset";

/** One raw connection to a daemon. */
export class RawClient {
  /** Settles when the connection is over; never rejects. */
  readonly ended: Promise<Ending>;
  readonly #socket: Socket;
  #chunks: Uint8Array[] = [];
  #received = 0;
  #waiters: (() => void)[] = [];
  #ending: Ending | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Uint8Array) => {
      this.#chunks.push(chunk);
      this.#received += chunk.length;
      this.#wake();
    });
    // A daemon's close can meet a write that is under way: EPIPE is a reset, too.
    this.ended = new Promise((resolve) => {
      const over = (how: Ending) => {
        this.#ending ??= how;
        this.#wake();
        resolve(this.#ending);
      };
      socket.on("error", () => over("reset"));
      socket.on("end", () => over("end"));
      socket.on("close", () => over("end"));
    });
  }

  /** Connects; rejects as node:net does. */
  static async connect(endpoint: string): Promise<RawClient> {
    // A Windows pipe cannot be opened for a moment after each connection.
    const tries = process.platform === "win32" ? 20 : 1;
    for (let i = 1;; i++) {
      try {
        return await RawClient.#connectOnce(endpoint);
      } catch (error) {
        if (i === tries) throw error;
        await sleep(10);
      }
    }
  }

  static #connectOnce(endpoint: string): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ path: endpoint, allowHalfOpen: true });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new RawClient(socket));
      });
    });
  }

  /** Bytes received and not yet taken. */
  get received(): number {
    return this.#received;
  }

  /** Sends text or bytes as they are. */
  send(data: string | Uint8Array): void {
    this.#socket.write(data);
  }

  /** Sends text or bytes and resolves when the system has taken them. */
  sent(data: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#socket.write(data, () => resolve()));
  }

  /** Sends one request line and waits for one reply line. */
  ask(request: unknown): Promise<string> {
    this.send(line(request));
    return this.reply();
  }

  /** The next line without its line feed; rejects when the connection ends before it. */
  async reply(): Promise<string> {
    for (;;) {
      const at = this.#chunks.findIndex((chunk) => chunk.includes(10));
      if (at >= 0) return this.#takeLine(at);
      if (this.#ending !== undefined) throw new Error(`No reply: ${this.#ending}`);
      await this.#activity();
    }
  }

  /** Everything until the connection ends. */
  async rest(): Promise<string> {
    await this.ended;
    const text = Buffer.concat(this.#chunks).toString();
    this.#chunks = [];
    this.#received = 0;
    return text;
  }

  /** Half-closes: no more requests, replies are still read. */
  end(data?: string): void {
    if (data === undefined) this.#socket.end();
    else this.#socket.end(data);
  }

  /** Stops reading from the socket. */
  pause(): void {
    this.#socket.pause();
  }

  /** Reads on. */
  resume(): void {
    this.#socket.resume();
  }

  /** Closes at once and waits until the socket is gone. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.closed) return resolve();
      this.#socket.once("close", () => resolve());
      this.#socket.destroy();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #takeLine(at: number): string {
    const last = this.#chunks[at]!;
    const end = last.indexOf(10);
    const parts = [...this.#chunks.slice(0, at), last.subarray(0, end)];
    const rest = last.subarray(end + 1);
    this.#chunks.splice(0, at + 1, ...(rest.length > 0 ? [rest] : []));
    const text = Buffer.concat(parts);
    this.#received -= text.length + 1;
    return text.toString();
  }

  #activity(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}

/** The request line of an object: `type` is added unless given. */
export function line(request: unknown): string {
  return JSON.stringify({ type: "REQUEST", ...(request as object) }) + "\n";
}

/** Waits. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until something is true; rejects after half a minute. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  for (let i = 0; i < 6_000 * patience; i++) {
    if (await holds()) return;
    await sleep(5);
  }
  throw new Error(`Waited in vain until ${what}`);
}

/**
 * Rejects when a call takes longer than a timer that starts with it: after ten seconds, which no
 * machine's other work explains, or a time that a timer of the call itself must come before.
 */
export async function inTime<T>(call: T | Promise<T>, ms = 10_000 * patience): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`It took longer than ${ms} ms`)), ms);
  try {
    return await Promise.race([call, promise]);
  } finally {
    clearTimeout(timer);
  }
}
