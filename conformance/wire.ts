/**
 * A raw connection: it sends and receives exactly the bytes on the socket. It shares no code with
 * the client, so that it does not share its faults.
 *
 * @module
 */

import type { Socket } from "node:net";
import { clearTimer, now, setTimer } from "../src/clock.ts";

/** Stands for bytes that did not arrive. */
export const CLOSED = "[closed]";

/** One connection. Text is bytes, one character each. */
export class Wire {
  readonly #socket: Socket;
  readonly #timeout: number;
  readonly #signal: AbortSignal | undefined;
  #text = "";
  #at = 0;
  #over = false;
  #wake: (() => void) | undefined;

  private constructor(socket: Socket, timeout: number, signal: AbortSignal | undefined) {
    this.#socket = socket;
    this.#timeout = timeout;
    this.#signal = signal;
    const over = (): void => {
      this.#over = true;
      this.#wake?.();
    };
    socket.setEncoding("latin1").on("data", (text: string) => {
      this.#text += text;
      this.#wake?.();
    });
    // A close during a write is a reset, which also ends the connection.
    socket.on("error", over).on("end", over).on("close", over);
  }

  /**
   * Connects.
   *
   * @param timeout Milliseconds to wait for each reply.
   * @throws {Error} As node:net does, with its code.
   */
  static async open(endpoint: string, timeout: number, signal?: AbortSignal): Promise<Wire> {
    const { connect } = await import("node:net");
    const { platform } = await import("node:process");
    // A Windows pipe cannot be opened for a moment after each connection.
    for (let tries = platform === "win32" ? 50 : 1;; tries--) {
      signal?.throwIfAborted();
      try {
        const socket = await new Promise<Socket>((resolve, reject) => {
          const opening = connect({ path: endpoint, allowHalfOpen: true });
          opening.once("error", reject);
          opening.once("connect", () => {
            opening.off("error", reject);
            resolve(opening);
          });
        });
        return new Wire(socket, timeout, signal);
      } catch (error) {
        if (tries <= 1) throw error;
        await sleep(10, signal);
      }
    }
  }

  /** True once the daemon has closed. */
  get over(): boolean {
    return this.#over;
  }

  /** Received bytes that were not taken yet. */
  get waiting(): number {
    return this.#text.length - this.#at;
  }

  /** Sends bytes as they are. */
  send(bytes: Uint8Array | string): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }

  /** Sends bytes and waits until the system has accepted them. */
  sent(bytes: Uint8Array | string): Promise<void> {
    return new Promise((resolve) => this.#socket.write(bytes, () => resolve()));
  }

  /** Half-closes: stops sending, and still receives. */
  end(): void {
    this.#socket.end();
  }

  /** Stops receiving. */
  pause(): void {
    this.#socket.pause();
  }

  /** Receives again. */
  resume(): void {
    this.#socket.resume();
  }

  /**
   * The next line with its line feed, or the bytes before the end or the timeout, and which of the
   * two.
   */
  async line(timeout: number = this.#timeout): Promise<string> {
    const until = now() + timeout;
    let searched = this.#at;
    for (;;) {
      const end = this.#text.indexOf("\n", searched);
      if (end >= 0) return this.#take(end + 1);
      if (this.#over) return this.#take() + CLOSED;
      searched = this.#text.length;
      if (!await this.#activity(until)) return this.#take() + silence(timeout);
    }
  }

  /** Everything until the end of the connection, or until the timeout. */
  async rest(timeout: number = this.#timeout): Promise<string> {
    const until = now() + timeout;
    while (!this.#over) {
      if (!await this.#activity(until)) return this.#take() + silence(timeout);
    }
    return this.#take() + CLOSED;
  }

  /** Closes, and waits until the socket is gone. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.closed) return resolve();
      this.#socket.once("close", () => resolve());
      this.#socket.destroy();
    });
  }

  #take(end: number = this.#text.length): string {
    const taken = this.#text.slice(this.#at, end);
    this.#at = end;
    if (end === this.#text.length) {
      this.#text = "";
      this.#at = 0;
    }
    return taken;
  }

  /** Waits until something happens. @returns False when nothing has. */
  #activity(until: number): Promise<boolean> {
    const signal = this.#signal;
    return new Promise((resolve, reject) => {
      const done = (settle: () => void): void => {
        clearTimer(timer);
        signal?.removeEventListener("abort", abort);
        this.#wake = undefined;
        settle();
      };
      const abort = (): void => done(() => reject(signal!.reason));
      const timer = setTimer(() => done(() => resolve(false)), until - now());
      this.#wake = () => done(() => resolve(true));
      if (signal?.aborted) abort();
      else signal?.addEventListener("abort", abort);
    });
  }
}

function silence(timeout: number): string {
  return `[nothing more for ${timeout} ms]`;
}

/** Waits; rejects with the signal's reason. */
export function sleep(delay: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimer(timer);
      reject(signal!.reason);
    };
    const timer = setTimer(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, delay);
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}
