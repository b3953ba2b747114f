import type { RawResult } from "../src/protocol/envelope.ts";
import { type Envelope, isWellFormed, parseEnvelope } from "./envelope.ts";
import * as replies from "./replies.ts";
import type { MemoryStore } from "./store.ts";
import type { DaemonPolicy } from "./types.ts";

/** Called with each request and its reply; the request is undefined when it cannot be decoded. */
export type Recorder = (request: Envelope | undefined, reply: string) => void;

/** The outcome of one line. */
export interface Answer {
  /** The reply, with its line feed. */
  readonly reply: string;
  /** Whether the connection ends after it. */
  readonly close: boolean;
  /** Milliseconds to wait before the reply. Only a fault sets it. */
  readonly delay?: number;
}

/** Answers the lines of one connection. */
export interface LineHandler {
  /** @param line The bytes before the line feed. */
  handle(line: Uint8Array): Answer;
}

/** Answers requests from a store, under a policy. Knows nothing of sockets. */
export class Handler implements LineHandler {
  readonly #store: MemoryStore;
  readonly #policy: DaemonPolicy | undefined;
  readonly #record: Recorder | undefined;

  /**
   * @param policy Everything is allowed when it is undefined.
   * @param record Called with each request and its reply.
   */
  constructor(store: MemoryStore, policy?: DaemonPolicy, record?: Recorder) {
    this.#store = store;
    this.#policy = policy;
    this.#record = record;
  }

  handle(line: Uint8Array): Answer {
    const request = parseEnvelope(line);
    const reply = request === undefined ? replies.MALFORMED : this.#answer(request);
    this.#record?.(request, reply);
    return { reply, close: request === undefined };
  }

  #answer(request: Envelope): string {
    if (!isWellFormed(request)) return replies.MALFORMED;
    const denial = this.#denial(request);
    if (denial !== undefined) return denial;
    switch (request.action) {
      case "read":
        return this.#read(request);
      case "write":
        return this.#write(request);
      case "delete":
        return this.#delete(request);
      default:
        return this.#search(request);
    }
  }

  #denial({ action, service, match }: Envelope): string | undefined {
    const canSearch = this.#policy?.can_search ?? true;
    const search = match === "prefix" ? canSearch : true;
    switch (action) {
      case "check":
        // Only the daemon's own executable gets another answer.
        return replies.ACTION_NOT_IN_POLICY;
      case "search":
        if (canSearch && allows(this.#policy?.allowed_read_services, service)) return undefined;
        return replies.ACTION_NOT_IN_POLICY;
      case "read":
        if (!allows(this.#policy?.allowed_read_services, service)) break;
        return search ? undefined : replies.ACTION_NOT_IN_POLICY;
      default:
        if (!allows(this.#policy?.allowed_write_services, service)) break;
        return search ? undefined : replies.ACTION_NOT_IN_POLICY;
    }
    return replies.SERVICE_NOT_ALLOWED;
  }

  #read(request: Envelope): string {
    const results: RawResult[] = [];
    const targets = request.match === "prefix" ? this.#matching(request) : request.targets;
    for (const target of targets) {
      const value = this.#store.get(request.service, target);
      if (value === undefined) continue;
      results.push(value === "" ? { target } : { target, value });
    }
    return replies.success(results);
  }

  #write({ service, targets, values }: Envelope): string {
    for (const [i, target] of targets.entries()) this.#store.set(service, target, values[i]);
    return replies.OK;
  }

  #delete(request: Envelope): string {
    const targets = request.match === "prefix" ? this.#matching(request) : request.targets;
    for (const target of targets) {
      // Targets deleted before a missing one stay deleted.
      if (!this.#store.delete(request.service, target)) return replies.INTERNAL;
    }
    return replies.OK;
  }

  #search(request: Envelope): string {
    const targets = request.targets.length === 0
      ? this.#store.targets(request.service)
      : this.#matching(request);
    return replies.success(targets.map((target) => ({ target })));
  }

  #matching({ service, targets: prefixes }: Envelope): string[] {
    return this.#store.targets(service).filter((target) =>
      prefixes.some((prefix) => target.startsWith(prefix))
    );
  }
}

function allows(services: readonly string[] | undefined, service: string): boolean {
  return services === undefined ? service !== "" : services.includes(service);
}
