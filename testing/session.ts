import type { Socket } from "node:net";
import { MAX_LINE } from "../src/protocol/envelope.ts";
import { clearTimer, now, setTimer, type Timer } from "../src/clock.ts";
import { closeAfterReply } from "./close_after_reply.ts";
import type { Answer, LineHandler } from "./handler.ts";
import { LineSplitter } from "./line_splitter.ts";

// Replies are gathered up to this many characters before they are written.
const BATCH = 65_536;

// Milliseconds that a disconnected client has to read its last replies.
const LAST_REPLIES = 500;

/** What a session needs from the daemon. */
export interface DaemonSessionHost {
  readonly idleTimeout: number;
  answered(): void;
}

/**
 * One connection: lines in, replies out in the same order, and the rules by which it ends. It reads
 * further requests only when its replies were sent, so a client that does not read cannot make
 * memory grow.
 */
export class DaemonSession {
  readonly #socket: Socket;
  readonly #host: DaemonSessionHost;
  readonly #handler: LineHandler;
  readonly #lines = new LineSplitter(MAX_LINE);
  #lastLine = 0;
  #idle: Timer | undefined;
  #delay: Timer | undefined;
  #ended = false;
  #blocked = false;
  #closing = false;

  /**
   * @param socket A paused socket with an error listener.
   * @param handler Answers what this caller asks.
   */
  constructor(socket: Socket, host: DaemonSessionHost, handler: LineHandler) {
    this.#socket = socket;
    this.#host = host;
    this.#handler = handler;
    socket.once("close", () => {
      this.#closing = true;
      clearTimer(this.#idle);
      clearTimer(this.#delay);
    });
  }

  /** Starts serving. */
  start(): void {
    const socket = this.#socket;
    socket.on("data", (chunk: Uint8Array) => {
      if (this.#closing) return;
      this.#lines.push(chunk);
      this.#pump();
    });
    socket.on("end", () => {
      this.#ended = true;
      this.#pump();
    });
    socket.on("drain", () => {
      this.#blocked = false;
      this.#lastLine = now();
      this.#pump();
    });
    this.#lastLine = now();
    this.#watchIdle(this.#host.idleTimeout);
    socket.resume();
  }

  /** Ends the connection cleanly and silently, even when its client does not read. */
  end(): void {
    if (!this.#closing) this.#finish("");
    const socket = this.#socket;
    const timer = setTimer(() => socket.destroy(), LAST_REPLIES);
    socket.once("close", () => clearTimer(timer));
  }

  #pump(): void {
    if (this.#closing || this.#blocked || this.#delay !== undefined) return;
    let out = "";
    for (;;) {
      const line = this.#lines.next() ?? this.#unended();
      if (line === undefined) break;
      if (line === "too long") return this.#reset(out);
      const outcome = this.#answer(line);
      if (outcome.delay !== undefined) return this.#wait(out, outcome, outcome.delay);
      const { reply, close } = outcome;
      out += reply;
      if (close) return this.#finish(out);
      if (out.length >= BATCH) {
        if (!this.#write(out)) return;
        out = "";
      }
    }
    if (this.#ended) return this.#finish(out);
    if (out !== "" && !this.#write(out)) return;
    if (this.#socket.isPaused()) this.#socket.resume();
  }

  /** The bytes after the last line feed of a client that has finished sending. */
  #unended(): Uint8Array | undefined {
    const rest = this.#ended ? this.#lines.rest() : undefined;
    return rest?.length ? rest : undefined;
  }

  /** Sends the earlier replies now and the next one later. Reads nothing meanwhile. */
  #wait(out: string, { reply, close }: Answer, delay: number): void {
    if (out !== "") this.#socket.write(out);
    this.#socket.pause();
    this.#delay = setTimer(() => {
      this.#delay = undefined;
      this.#lastLine = now();
      if (close) this.#finish(reply);
      else if (this.#write(reply)) this.#pump();
    }, delay);
  }

  #answer(line: Uint8Array): Answer {
    this.#lastLine = now();
    this.#host.answered();
    return this.#handler.handle(line);
  }

  #write(out: string): boolean {
    if (this.#socket.write(out)) return true;
    this.#blocked = true;
    this.#socket.pause();
    return false;
  }

  #finish(out: string): void {
    this.#closing = true;
    clearTimer(this.#idle);
    const socket = this.#socket;
    socket.end(out, () => out === "" ? socket.destroy() : closeAfterReply(socket));
  }

  // The peer sees a reset when a socket closes with unread bytes. So nothing more is read, and without
  // replies to write the socket is closed at once.
  #reset(out: string): void {
    this.#closing = true;
    clearTimer(this.#idle);
    const socket = this.#socket;
    if (out === "" && socket.writableLength === 0) {
      socket.destroy();
    } else {
      socket.pause();
      socket.write(out, () => closeAfterReply(socket));
    }
  }

  // One timer that checks the clock, instead of a new timer for every line.
  #watchIdle(delay: number): void {
    if (this.#host.idleTimeout === Infinity) return;
    this.#idle = setTimer(() => {
      const left = this.#blocked || this.#delay !== undefined
        ? this.#host.idleTimeout
        : this.#lastLine + this.#host.idleTimeout - now();
      if (left <= 0) this.#finish("");
      else this.#watchIdle(left);
    }, delay);
  }
}
