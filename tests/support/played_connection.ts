/** One connection to a far end that the test plays, without a socket. */
import { Buffer } from "node:buffer";
import type { PeerCredentials } from "../../mod.ts";
import type { Connection, ConnectionSync, Deadline } from "../../core.ts";
import type { Asked } from "./keychain.ts";

/** What the far end replies to a request, without the line feed; `undefined` for nothing (yet). */
export type Answer = (asked: Asked, connection: PlayedConnection) => string | undefined;

/** One connection, seen from the far end. */
export class PlayedConnection {
  readonly peer: PeerCredentials | undefined;
  /** The requests that have arrived whole. */
  readonly asked: Asked[] = [];
  /** Their sizes in bytes, without the line feed. */
  readonly sizes: number[] = [];
  /** Every buffer that the client has handed over: its own memory, no copies. */
  readonly buffers = new Set<Uint8Array>();
  /** How often the client has closed it. */
  closes = 0;
  /** Whether it keeps the process alive. */
  held = true;
  /**
   * What becomes of a write. It may throw; a promise keeps it pending; a number is how many bytes a
   * synchronous write takes before its deadline. Nothing arrives of a write that fails, nor of one
   * that is pending.
   */
  onWrite: (bytes: Uint8Array) => void | number | Promise<void> = () => {};
  /** Whether a read that waits at the close goes on waiting, instead of giving 0. */
  readsOn = false;
  /** What the event loop does before a request is sent. */
  catchUp: (() => Promise<void>) | undefined;
  /** Told after the client was given bytes. */
  onRead: () => void = () => {};
  readonly #answer: Answer;
  #request = "";
  #incoming = new Uint8Array();
  #end: { error?: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(answer: Answer, peer: PeerCredentials | undefined) {
    this.#answer = answer;
    this.peer = peer;
  }

  /** Sends text or bytes as they are: a reply needs its own line feed. */
  say(data: string | Uint8Array): void {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    const incoming = new Uint8Array(this.#incoming.length + bytes.length);
    incoming.set(this.#incoming);
    incoming.set(bytes, this.#incoming.length);
    this.#incoming = incoming;
    this.#wake?.();
  }

  /** Closes behind what was sent; with an error, reading throws it then. Nothing arrives any more. */
  end(error?: unknown): void {
    this.#end ??= { error };
    this.#wake?.();
  }

  /** Whether any buffer of the client holds `text` now. */
  shows(text: string): boolean {
    const decoder = new TextDecoder("latin1");
    return [...this.buffers].some(({ buffer }) => decoder.decode(buffer).includes(text));
  }

  /** What an asynchronous client is given. */
  get asynchronous(): Connection {
    return {
      ...this.#both(),
      read: (into) => this.#take(into) ?? this.#later(into),
      write: (bytes) => {
        const pending = this.#write(bytes);
        if (typeof pending === "object") return pending;
      },
      catchUp: () => this.catchUp?.(),
      ref: () => void (this.held = true),
      unref: () => void (this.held = false),
    };
  }

  /** What a synchronous client is given. */
  get synchronous(): ConnectionSync {
    return {
      ...this.#both(),
      read: (into, deadline) => {
        const count = this.#take(into);
        if (count === undefined) waitFor(deadline);
        return count ?? -1;
      },
      write: (bytes) => {
        const count = this.#write(bytes);
        return typeof count === "number" ? count : bytes.length;
      },
    };
  }

  #both(): Pick<Connection, "peer" | "quiet" | "close"> {
    return {
      peer: this.peer,
      quiet: () => this.#incoming.length === 0 && this.#end === undefined && this.closes === 0,
      close: () => {
        this.closes++;
        this.#wake?.();
      },
    };
  }

  #take(into: Uint8Array): number | undefined {
    this.buffers.add(into);
    if (this.closes > 0 && !this.readsOn) return 0;
    const part = this.#incoming.subarray(0, into.length);
    if (part.length === 0) {
      if (this.#end?.error !== undefined) throw this.#end.error;
      return this.#end && 0;
    }
    into.set(part);
    this.#incoming = this.#incoming.subarray(part.length);
    this.onRead();
    return part.length;
  }

  #later(into: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#wake = () => {
        try {
          const count = this.#take(into);
          if (count === undefined) return;
          resolve(count);
        } catch (error) {
          reject(error);
        }
        this.#wake = undefined;
      };
    });
  }

  #write(bytes: Uint8Array): void | number | Promise<void> {
    this.buffers.add(bytes);
    const outcome = this.onWrite(bytes);
    if (typeof outcome === "object") return outcome.then(() => this.#arrived(bytes));
    this.#arrived(bytes.subarray(0, outcome ?? bytes.length));
    return outcome;
  }

  #arrived(bytes: Uint8Array): void {
    if (this.#end !== undefined) return;
    const lines = (this.#request + new TextDecoder().decode(bytes)).split("\n");
    this.#request = lines.pop()!;
    for (const line of lines) {
      const asked = JSON.parse(line) as Asked;
      this.asked.push(asked);
      this.sizes.push(Buffer.byteLength(line));
      const reply = this.#answer(asked, this);
      if (reply !== undefined) this.say(reply + "\n");
    }
  }
}

/** Blocks the thread until the deadline, as a synchronous read of a silent peer does. */
function waitFor(deadline: Deadline): void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  while (!deadline.passed) Atomics.wait(never, 0, 0, deadline.remaining());
}
