/**
 * Requests that wait to be sent, and how many of them may go at once.
 *
 * @module
 */

import type { Call } from "./call.ts";
import { QueueFullError } from "../errors/connection.ts";
import { Fifo } from "./fifo.ts";
import { type Frame, wipe } from "../protocol/encode.ts";

/** Bytes of requests that may be on the wire without a reply. More wait here, not in the kernel. */
const WINDOW = 256 * 1024;
/** Bytes of requests that may wait here. */
const MAX_WAITING = 64 * 1024 * 1024;
/** Bytes handed to the connection in one write. */
const BURST = 64 * 1024;

/** The requests that were not handed to the connection yet. */
export class Outbox {
  readonly #calls = new Fifo<Call>();
  #waiting = 0;

  /** How many requests wait. */
  get size(): number {
    return this.#calls.size;
  }

  /**
   * Whether to write more. Not after each single reply: that would be one call for each request.
   *
   * @param onWire Bytes of requests that are on the wire without a reply.
   */
  due(onWire: number): boolean {
    return this.#calls.size > 0 && onWire <= WINDOW / 2;
  }

  /** The calls, first in first out. */
  get calls(): Fifo<Call> {
    return this.#calls;
  }

  /** @throws {QueueFullError} When so much waits already that `frames` must not be added. */
  admit(frames: readonly Frame[]): void {
    admit(this.#waiting, frames);
  }

  /** @param call Goes behind all others. */
  push(call: Call): void {
    this.#calls.push(call);
    this.#waiting += call.frame.bytes.length;
  }

  /** Takes the first request. */
  shift(): Call | undefined {
    const call = this.#calls.shift();
    if (call !== undefined) this.#waiting -= call.frame.bytes.length;
    return call;
  }

  /**
   * Takes as many requests as one write should carry. Those whose callers have left are dropped.
   *
   * @param onWire Bytes of requests that are on the wire without a reply.
   */
  nextBurst(onWire: number): Call[] {
    const burst: Call[] = [];
    let size = 0;
    for (let call = this.#calls.peek(); call !== undefined; call = this.#calls.peek()) {
      const { length } = call.frame.bytes;
      if (call.settled) {
        wipe(call.frame);
      } else {
        if (burst.length > 0 && size + length > BURST) break;
        if (onWire + size > 0 && onWire + size + length > WINDOW) break;
        burst.push(call);
        size += length;
      }
      this.shift();
    }
    return burst;
  }
}

/** @throws {QueueFullError} When frames are too many besides the bytes that wait already. */
export function admit(waiting: number, frames: readonly Frame[]): void {
  if (waiting > 0 && waiting + bytesOf(frames) > MAX_WAITING) throw new QueueFullError(MAX_WAITING);
}

/** @returns How many bytes frames have together. */
export function bytesOf(frames: readonly Frame[]): number {
  return frames.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

/** @returns The lines of all calls, one behind the other. */
export function join(calls: readonly Call[]): Uint8Array {
  const bytes = new Uint8Array(bytesOf(calls.map(({ frame }) => frame)));
  let at = 0;
  for (const { frame } of calls) {
    bytes.set(frame.bytes, at);
    at += frame.bytes.length;
  }
  return bytes;
}

/** Overwrites requests, and the copy that they were sent from. */
export function wipeAll(calls: readonly Call[], bytes: Uint8Array): void {
  for (const call of calls) wipe(call.frame);
  if (calls.length > 1) bytes.fill(0);
}
