/**
 * Requests out and replies in over one connection, strictly first in first out, without waiting for
 * one another. The daemon has no request ids: order is all that ties a reply to its request.
 *
 * @module
 */

import type { Budget } from "./budget.ts";
import { Call, Group } from "./call.ts";
import { ProtocolError, QueueFullError, TimeoutError } from "./errors/connection.ts";
import { Fifo } from "./fifo.ts";
import type { Frame } from "./frame.ts";
import { LineDecoder } from "./lines.ts";
import { Failure, type Outcome, UNREGISTERED } from "./outcome.ts";
import { readReply } from "./reply.ts";
import type { Response } from "./protocol.ts";
import { allowanceOf, CONNECT_TIMEOUT } from "./timeouts.ts";
import { type Connection, SystemCallError } from "./transport.ts";

/** Bytes of requests that may be on the wire without a reply. More wait here, not in the kernel. */
const WINDOW = 256 * 1024;
/** Bytes of requests that may wait here. */
const MAX_QUEUED = 64 * 1024 * 1024;
/** Bytes handed to the connection in one write. */
const BURST = 64 * 1024;

/** The conversation over one connection. */
export class Exchange {
  readonly #connection: Connection;
  readonly #lines: LineDecoder;
  readonly #onEnd: () => void;
  /** Not handed to the connection yet. Settled ones are skipped. */
  readonly #queue = new Fifo<Call>();
  /** Handed over, awaiting their replies. Settled ones are tombstones. */
  readonly #sent = new Fifo<Call>();
  #queuedBytes = 0;
  #wireBytes = 0;
  /** How many calls have no outcome yet. */
  #live = 0;
  #flushing = false;
  #writing = false;
  #reading = false;
  #ended = false;
  #broken: unknown;
  #fresh = true;
  #denial: Response | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Infinity;

  /**
   * @param connection An open connection, owned from now on.
   * @param maxReply The longest reply in bytes.
   * @param onEnd Called once when the connection is of no more use.
   */
  constructor(connection: Connection, maxReply: number, onEnd: () => void) {
    this.#connection = connection;
    this.#lines = new LineDecoder(maxReply);
    this.#onEnd = onEnd;
    connection.unref?.();
  }

  /** The connection under it. */
  get connection(): Connection {
    return this.#connection;
  }

  /** Whether requests can no longer be sent. */
  get ended(): boolean {
    return this.#ended || this.#broken !== undefined;
  }

  /**
   * Sends frames in order, in one burst with all others of this turn.
   *
   * @param frames At least one.
   * @param budget The caller's limits.
   * @returns The outcomes in the order of the frames. Never rejects.
   * @throws {QueueFullError} When too much waits already.
   */
  send(frames: readonly Frame[], budget: Budget): Promise<Outcome[]> {
    const size = frames.reduce((sum, frame) => sum + frame.bytes.length, 0);
    if (this.#queuedBytes > 0 && this.#queuedBytes + size > MAX_QUEUED) {
      throw new QueueFullError(MAX_QUEUED);
    }
    return new Promise((resolve) => {
      const { signal } = budget;
      const group = new Group(frames.length, (outcomes) => {
        signal?.removeEventListener("abort", abort);
        resolve(outcomes);
      });
      const abort = (): void => {
        for (const call of group.calls) this.#abandon(call, Failure.of(signal!.reason, call.sent));
      };
      for (const frame of frames) this.#enqueue(group, frame, budget);
      signal?.addEventListener("abort", abort);
      if (signal?.aborted) abort();
    });
  }

  /** Ends all calls with what `failure` gives for each and closes the connection. Idempotent. */
  close(failure: (sent: boolean) => Failure): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#connection.close();
    clearTimeout(this.#timer);
    this.#lines.wipe();
    for (const call of [...this.#sent.drain(), ...this.#queue.drain()]) {
      call.settle(this.#denial ?? failure(call.sent));
    }
    this.#live = 0;
    this.#onEnd();
  }

  #enqueue(group: Group, frame: Frame, budget: Budget): void {
    let { timeout, at } = budget.deadline ?? { timeout: 0, at: 0 };
    if (budget.deadline === undefined) {
      // The daemon answers in order: the clock starts when the request before has used up its own.
      const before = (this.#queue.last() ?? this.#sent.last())?.deadline ?? 0;
      timeout = allowanceOf(frame);
      if (this.#fresh && before === 0) timeout += CONNECT_TIMEOUT;
      at = Math.max(before, performance.now()) + timeout;
    }
    const call = group.add(frame, at, timeout);
    this.#queue.push(call);
    this.#queuedBytes += frame.bytes.length;
    this.#live++;
    if (at < this.#timerAt && this.#timer !== undefined) this.#arm();
    if (!this.#flushing) {
      this.#flushing = true;
      queueMicrotask(() => {
        this.#flushing = false;
        this.#flush();
      });
    }
  }

  /** Writes what waits, as far as the window is open. */
  #flush(): void {
    // Nobody reads between two calls: look for a close, or for bytes that nobody asked for.
    if (!this.#reading && !this.#writing && !this.#drained()) {
      // Something spoke before it was asked: hear it out to its close.
      if (!this.#ended && !this.#reading) void this.#read();
      return;
    }
    while (!this.ended && !this.#writing) {
      const calls = this.#nextBurst();
      if (calls.length === 0) break;
      this.#write(calls);
    }
    if (!this.#reading) void this.#read();
  }

  #nextBurst(): Call[] {
    const calls: Call[] = [];
    let size = 0;
    for (let call = this.#queue.peek(); call !== undefined; call = this.#queue.peek()) {
      const length = call.frame.bytes.length;
      if (!call.settled) {
        if (calls.length > 0 && size + length > BURST) break;
        if (this.#wireBytes > 0 && this.#wireBytes + length > WINDOW) break;
        calls.push(call);
        size += length;
        this.#wireBytes += length;
      } else wipe(call);
      this.#queue.shift();
      this.#queuedBytes -= length;
    }
    return calls;
  }

  #write(calls: Call[]): void {
    const bytes = calls.length === 1 ? calls[0]!.frame.bytes : join(calls);
    for (const call of calls) {
      call.sent = true;
      this.#sent.push(call);
    }
    const written = (): void => {
      for (const call of calls) wipe(call);
      if (calls.length > 1) bytes.fill(0);
    };
    try {
      const waiting = this.#connection.write(bytes);
      if (waiting === undefined) return written();
      this.#writing = true;
      this.#hold();
      waiting.then(() => {
        this.#writing = false;
        written();
        this.#flush();
      }, (error) => {
        this.#writing = false;
        this.#writeFailed(error, calls);
      });
    } catch (error) {
      this.#writeFailed(error, calls);
    }
  }

  /** A denial may have arrived before the close that made the write fail: read on to the end. */
  #writeFailed(error: unknown, calls: Call[]): void {
    this.#broken = error;
    let written = error instanceof SystemCallError ? error.written : undefined;
    if (written !== undefined) {
      for (const call of calls) {
        // Without only its line feed the daemon would still answer it at the close.
        call.sent = written >= call.frame.bytes.length - 1;
        written -= call.frame.bytes.length;
      }
    }
    if (!this.#reading) void this.#read();
  }

  /** Takes what has arrived without being waited for. @returns Whether the connection still lives. */
  #drained(): boolean {
    while (!this.ended && !this.#connection.quiet()) {
      try {
        const count = this.#connection.read(this.#lines.space());
        if (typeof count !== "number") {
          this.#reading = true;
          void this.#readOn(count);
          return false;
        }
        this.#received(count);
      } catch (error) {
        this.close((sent) => Failure.lost(sent, error));
      }
    }
    return !this.ended;
  }

  async #readOn(waiting: Promise<number>): Promise<void> {
    try {
      this.#received(await waiting);
    } catch (error) {
      this.close((sent) => Failure.lost(sent, error));
    }
    this.#reading = false;
    this.#flush();
  }

  /** Reads for as long as somebody waits. */
  async #read(): Promise<void> {
    this.#reading = true;
    while (!this.#ended && (this.#live > 0 || this.#broken !== undefined)) {
      try {
        let count = this.#connection.read(this.#lines.space());
        if (typeof count !== "number") {
          this.#hold();
          count = await count;
        }
        this.#received(count);
      } catch (error) {
        this.close((sent) => Failure.lost(sent, this.#broken ?? error));
      }
      // Replies have opened the window for what waits.
      if (this.#queue.size > 0 && !this.#flushing) this.#flush();
    }
    this.#reading = false;
    this.#release();
  }

  #received(count: number): void {
    if (this.#ended) return this.#lines.wipe();
    if (count === 0) return this.close((sent) => Failure.lost(sent, this.#broken));
    this.#lines.commit(count);
    try {
      for (let line = this.#lines.next(); line !== undefined; line = this.#lines.next()) {
        this.#answer(line);
        line.fill(0);
        if (this.#ended) return;
      }
    } catch (error) {
      const head = this.#sent.shift();
      head?.settle(Failure.of(error, true));
      this.close((sent) => Failure.lost(sent, error));
    }
  }

  #answer(line: Uint8Array): void {
    let call = this.#sent.peek();
    if (call === undefined) {
      // Only a denial or a broken config speaks first, on a new connection, and then closes.
      call = this.#queue.peek();
      if (!this.#fresh || call === undefined) {
        line.fill(0);
        const error = new ProtocolError("a reply came that nobody asked for");
        return this.close((sent) => Failure.lost(sent, error));
      }
      this.#queue.shift();
      this.#queuedBytes -= call.frame.bytes.length;
      this.#broken = new ProtocolError("the daemon answered before it was asked");
    } else if (!call.settled) {
      // Stays in the list until the reply is known to be sound.
      const reply = readReply(call.frame, line);
      this.#sent.shift();
      this.#wireBytes -= call.frame.bytes.length;
      return this.#settle(call, reply);
    } else {
      this.#sent.shift();
      this.#wireBytes -= call.frame.bytes.length;
      this.#fresh = false;
      return;
    }
    this.#settle(call, readReply(call.frame, line));
  }

  #settle(call: Call, reply: Response): void {
    this.#fresh = false;
    if (reply.reason === UNREGISTERED) this.#denial = reply;
    this.#live--;
    call.settle(reply);
  }

  #abandon(call: Call, failure: Failure): void {
    if (call.settled) return;
    this.#live--;
    call.settle(failure);
    if (this.#live === 0) this.#release();
  }

  /** Somebody waits: the process must live and the earliest deadline must be kept. */
  #hold(): void {
    if (this.#live === 0) return;
    this.#connection.ref?.();
    if (this.#timer === undefined) this.#arm();
  }

  /** Nobody waits. */
  #release(): void {
    if (this.#live > 0) return;
    this.#connection.unref?.();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerAt = Infinity;
  }

  #arm(): void {
    clearTimeout(this.#timer);
    this.#timerAt = Infinity;
    for (const call of [...this.#sent, ...this.#queue]) {
      if (!call.settled && call.deadline < this.#timerAt) this.#timerAt = call.deadline;
    }
    const delay = Math.ceil(Math.max(0, this.#timerAt - performance.now()));
    this.#timer = setTimeout(() => this.#expire(), delay);
  }

  #expire(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const call of [...this.#sent, ...this.#queue]) {
      if (call.settled || call.deadline > now) continue;
      const hint = this.#fresh ? FRESH_HINT : undefined;
      const error = new TimeoutError("reply", call.timeout, call.sent, hint);
      this.#abandon(call, Failure.of(error, call.sent));
    }
    if (this.#live > 0) this.#arm();
  }
}

export const FRESH_HINT =
  "The daemon took the connection but never answered on it: it may be serving 64 others already, " +
  "or still be hashing this executable";

function join(calls: readonly Call[]): Uint8Array {
  const bytes = new Uint8Array(calls.reduce((sum, { frame }) => sum + frame.bytes.length, 0));
  let at = 0;
  for (const { frame } of calls) {
    bytes.set(frame.bytes, at);
    at += frame.bytes.length;
  }
  return bytes;
}

/** Only writes carry values. */
function wipe({ frame }: Call): void {
  if (frame.action === "write") frame.bytes.fill(0);
}
