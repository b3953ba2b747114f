/**
 * What a check works with: connections, names, and the record of its steps.
 *
 * @module
 */

import { inOrder, shown, withoutForeignValues } from "./compare.ts";
import { bytesOf, type Exchange, filled, latin1Of, type Names } from "./table/exchange.ts";
import type { CheckStep } from "./types.ts";
import { CLOSED, sleep, Wire } from "./wire.ts";

/** The settings that checks depend on. */
export interface BenchSettings {
  readonly endpoint: string;
  readonly timeout: number;
  readonly idleTimeout: number;
  readonly maxConnections: number;
  readonly signal: AbortSignal | undefined;
}

/** Answered by every daemon in the same way, whatever the policy. */
const PING = '{"type":"REQUEST","action":"check","service":"$","targets":["@ping"]}';

const LINE_FEED = Uint8Array.of(10);

/** A check has found a difference. */
export class Mismatch extends Error {}

/** The state of one run. */
export class Bench {
  readonly settings: BenchSettings;
  /** Every name that may have been written. */
  readonly written = new Set<string>();
  /** The daemon's reply to {@linkcode PING}, recorded the first time. */
  pong: string | undefined;
  /** The prefix of every name of the run. */
  readonly root: string;
  names: Names;
  steps: CheckStep[] = [];
  #shared: Wire | undefined;
  readonly #open = new Set<Wire>();

  /** @param wire The shared connection. */
  constructor(settings: BenchSettings, names: Names, wire: Wire) {
    this.settings = settings;
    this.#shared = wire;
    this.names = names;
    this.root = names.prefix;
  }

  /** Opens a connection that is closed after the check. */
  async open(): Promise<Wire> {
    const { endpoint, timeout, signal } = this.settings;
    const wire = await Wire.open(endpoint, timeout, signal);
    this.#open.add(wire);
    return wire;
  }

  /**
   * The shared connection. Checks share it because the daemon hashes the caller for each
   * connection.
   */
  async shared(): Promise<Wire> {
    if (this.#shared === undefined || this.#shared.over) {
      await this.drop();
      const { endpoint, timeout, signal } = this.settings;
      this.#shared = await Wire.open(endpoint, timeout, signal);
    }
    return this.#shared;
  }

  /** Closes the shared connection. */
  async drop(): Promise<void> {
    const wire = this.#shared;
    this.#shared = undefined;
    await wire?.close();
  }

  /** Closes what a check has opened. */
  async tidy(): Promise<void> {
    await Promise.all([...this.#open].map((wire) => wire.close()));
    this.#open.clear();
  }

  /** Waits; rejects with the signal's reason. */
  sleep(delay: number): Promise<void> {
    return sleep(delay, this.settings.signal);
  }

  /** A line with its line feed. The names that it may write are remembered. */
  line(send: string | Uint8Array): Uint8Array<ArrayBuffer> {
    const line = bytesOf(send, this.names);
    const text = latin1Of(line);
    if (/"write"/i.test(text)) {
      for (const [, name] of text.matchAll(new RegExp(`"(${this.root}[^"]*)"`, "g"))) {
        this.written.add(name!);
      }
    }
    return joined(line, LINE_FEED);
  }

  /** {@linkcode PING} with its line feed. */
  get ping(): Uint8Array<ArrayBuffer> {
    return this.line(PING);
  }

  /** A reply of the table with its line feed. */
  reply(reply: string): string {
    return `${filled(reply, this.names)}\n`;
  }

  /**
   * Records a step.
   *
   * @throws {Mismatch} When they differ.
   */
  expect(sent: Uint8Array | string, expected: string, observed: string, equal = false): void {
    const text = typeof sent === "string" ? sent : shown(latin1Of(sent));
    this.steps.push({
      sent: text,
      expected: shown(expected),
      observed: shown(withoutForeignValues(observed, [text, expected, ...this.#sentBefore()])),
    });
    if (!equal && expected !== observed) throw new Mismatch();
  }

  /** The bytes until the daemon ends a connection, with a timeout below the idle timeout. */
  ended(wire: Wire): Promise<string> {
    const { timeout, idleTimeout } = this.settings;
    return wire.rest(Math.min(timeout, Math.floor(0.8 * idleTimeout)));
  }

  /** Sends requests over the shared connection, and finally checks that it is still open. */
  async converse(exchanges: readonly Exchange[]): Promise<void> {
    let wire: Wire | undefined;
    for (const exchange of exchanges) {
      wire ??= await this.shared();
      const line = this.line(exchange.send);
      const reply = this.reply(exchange.reply);
      if (exchange.closes) {
        wire.send(joined(line, this.ping));
        let observed = await wire.line();
        // Another line arrived, and the connection was not closed.
        if (observed.endsWith("\n")) observed += await wire.line();
        await this.drop();
        wire = undefined;
        this.expect(line, reply + CLOSED, observed);
      } else {
        wire.send(line);
        const observed = await wire.line();
        const { prefix } = this.names;
        const equal = exchange.shuffled && inOrder(observed, prefix) === inOrder(reply, prefix);
        this.expect(line, reply, observed, equal);
      }
    }
    if (wire !== undefined) await this.stillThere(wire);
  }

  /** Checks that a connection is still open and has received nothing unsolicited. */
  async stillThere(wire: Wire): Promise<void> {
    wire.send(this.ping);
    const observed = await wire.line();
    this.pong ??= observed;
    if (this.pong !== observed || wire.waiting > 0) this.expect(this.ping, this.pong, observed);
  }

  #sentBefore(): string[] {
    return this.steps.flatMap(({ sent, expected }) => [sent, expected]);
  }
}

/** Concatenates bytes. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
