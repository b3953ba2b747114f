/**
 * Faults that a test starts by name. While there are faults, the handler of each connection is
 * wrapped.
 */
import { type Envelope, parseEnvelope } from "./envelope.ts";
import type { Answer, LineHandler, Recorder } from "./handler.ts";
import { OK } from "./replies.ts";
import type { Fault, FaultName, FaultOptions } from "./types.ts";

/** Faults that the daemon itself carries out: it rejects callers, or stops listening. */
export type DaemonFault = "unregistered" | "stopped";

const NAMES: readonly FaultName[] = [
  "denied",
  "unregistered",
  "slow",
  "reset",
  "oversized",
  "half-line",
  "idle-close",
  "wrong-echo",
  "stopped",
];
const OPTIONS: Readonly<Record<keyof FaultOptions, true>> = {
  times: true,
  after: true,
  action: true,
  target: true,
  delay: true,
  reason: true,
  bytes: true,
};
/** One byte more than a client accepts by default. */
const OVERSIZED = 32 * 1024 * 1024 + 1;

class ActiveFault implements Fault {
  readonly name: FaultName;
  readonly options: FaultOptions;
  hits = 0;
  readonly #heal: (fault: ActiveFault) => void;
  #after: number;

  constructor(name: FaultName, options: FaultOptions, heal: (fault: ActiveFault) => void) {
    this.name = name;
    this.options = options;
    this.#after = options.after ?? 0;
    this.#heal = heal;
  }

  heal(): void {
    this.#heal(this);
  }

  [Symbol.dispose](): void {
    this.heal();
  }

  /** Whether the fault happens now; counts it if so. */
  happens(): boolean {
    if (this.#after > 0) {
      this.#after--;
      return false;
    }
    if (this.hits >= (this.options.times ?? Infinity)) return false;
    this.hits++;
    return true;
  }

  /** Whether the fault applies to a request. */
  concerns({ action, targets }: Envelope): boolean {
    const { options } = this;
    return (options.action === undefined || options.action === action) &&
      (options.target === undefined || targets.includes(options.target));
  }
}

/** The faults of one daemon. */
export class Faults {
  readonly #active = new Set<ActiveFault>();
  readonly #changed: (name: FaultName) => void;

  /** @param changed Called when a fault begins or ends. */
  constructor(changed: (name: FaultName) => void) {
    this.#changed = changed;
  }

  /**
   * Begins a fault.
   *
   * @throws {TypeError} When the name or an option is unknown, or has the wrong type.
   * @throws {RangeError} When a number is out of range.
   */
  add(name: FaultName, options: FaultOptions = {}): Fault {
    checkFault(name, options);
    const fault = new ActiveFault(name, { ...options }, (ended) => {
      if (this.#active.delete(ended)) this.#changed(ended.name);
    });
    this.#active.add(fault);
    this.#changed(name);
    return fault;
  }

  /** Ends every fault. */
  heal(): void {
    for (const fault of [...this.#active]) fault.heal();
  }

  /** Whether this fault happens now; counts it if so. */
  happens(name: DaemonFault): boolean {
    return [...this.#active].some((fault) => fault.name === name && fault.happens());
  }

  /** Whether such a fault has begun, even if it does not happen now. */
  has(name: DaemonFault): boolean {
    return [...this.#active].some((fault) => fault.name === name);
  }

  /** Wraps the handler of a connection with the faults that exist when it answers. */
  wrap(handler: LineHandler, record: Recorder): LineHandler {
    return { handle: (line) => this.#handle(handler, record, line) };
  }

  #handle(handler: LineHandler, record: Recorder, line: Uint8Array): Answer {
    if (this.#active.size === 0) return handler.handle(line);
    const request = parseEnvelope(line);
    if (request === undefined) return handler.handle(line);
    const concerned = [...this.#active].filter((fault) =>
      fault.name !== "unregistered" && fault.name !== "stopped" && fault.concerns(request)
    );
    const fault = concerned.find((one) => one.happens());
    if (fault === undefined) return handler.handle(line);
    if (fault.name === "denied") {
      const reply = denial(fault.options.reason ?? "service_not_allowed");
      record(request, reply);
      return { reply, close: false };
    }
    // From here on the request is carried out, even if its sender does not learn of it.
    return spoil(handler.handle(line), fault);
  }
}

function denial(reason: string): string {
  return `{"type":"RESPONSE","status":"denied","reason":${JSON.stringify(reason)}}\n`;
}

function spoil({ reply, close }: Answer, { name, options }: ActiveFault): Answer {
  switch (name) {
    case "slow":
      return { reply, close, delay: options.delay ?? 1_000 };
    case "reset":
      return { reply: "", close: true };
    case "oversized":
      return { reply: oversized(reply, options.bytes ?? OVERSIZED), close };
    case "half-line":
      return { reply: reply.slice(0, Math.floor(reply.length / 2)), close: true };
    case "idle-close":
      return { reply, close: true };
    default:
      return { reply: replyToAnother(reply), close };
  }
}

/** White space before the reply keeps it valid JSON, so it is only too long. */
function oversized(reply: string, bytes: number): string {
  return " ".repeat(Math.max(0, bytes - new TextEncoder().encode(reply).length + 1)) + reply;
}

/** A reply to a request that was not made. */
function replyToAnother(reply: string): string {
  const other = '{"target":"not-asked-for","value":"not-asked-for"}';
  if (reply === OK) return reply.replace("}\n", `,"results":[${other}]}\n`);
  return reply.replace(/\{"target":"(?:[^"\\]|\\.)*"/, '{"target":"not-asked-for"');
}

function checkFault(name: unknown, options: FaultOptions): void {
  if (!(NAMES as readonly unknown[]).includes(name)) {
    // Any other value may convert to a very long string.
    const given = typeof name === "string" ? `"${name}"` : "of this type";
    throw new TypeError(`Unknown fault ${given}. Expected one of ${NAMES.join(", ")}`);
  }
  for (const [option, value] of Object.entries(options)) {
    if (!Object.hasOwn(OPTIONS, option)) throw new TypeError(`Unknown option ${option} of a fault`);
    if (value === undefined) continue;
    if (option === "action" || option === "target" || option === "reason") {
      if (typeof value !== "string") throw new TypeError(`Option ${option} must be a string`);
    } else {
      if (typeof value !== "number") throw new TypeError(`Option ${option} must be a number`);
      const least = option === "times" || option === "bytes" ? 1 : 0;
      if (!(value >= least)) throw new RangeError(`Option ${option} must be at least ${least}`);
    }
  }
}
