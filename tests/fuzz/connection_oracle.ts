/** What becomes of each request on one connection, line by line. Shares no code with the library. */
import { type Asked, fits, readReply, type Sound } from "./reply_oracle.ts";

/** The outcome of one request. */
export type Expected =
  | Sound
  | "protocol"
  | "timeout"
  | "refused"
  | "lost, sent"
  | "lost, not sent"
  | "pending";

/** One request, as the oracle follows it. */
interface Followed {
  readonly asked: Asked;
  readonly until: number;
  written: boolean;
  sent: boolean;
  outcome: Expected;
}

const UNREGISTERED = "unregistered_binary_pending_approval";

/** One connection. */
export class ConnectionOracle {
  readonly #limit: number;
  readonly #all: Followed[] = [];
  /** Written and without a reply, in order. */
  #waiting: Followed[] = [];
  #line: number[] = [];
  #answers = 0;
  /** The daemon knows this executable not: this is its answer to everything. */
  #denial: Sound | undefined;
  /** The last thing that the daemon said was the error of a broken configuration, said first. */
  #broken = false;
  /** True once the connection must end. */
  over = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get outcomes(): Expected[] {
    return this.#all.map(({ outcome }) => outcome);
  }

  add(asked: Asked, until: number): void {
    this.#all.push({ asked, until, written: false, sent: false, outcome: "pending" });
  }

  /** Writes what waits. `reached` tells of each request whether all of it arrived. */
  write(reached: (index: number) => boolean): void {
    this.#all.forEach((each, index) => {
      if (each.written || each.outcome !== "pending") return;
      each.written = true;
      each.sent = reached(index);
      this.#waiting.push(each);
    });
  }

  expire(now: number): void {
    for (const each of this.#all) {
      if (each.outcome === "pending" && each.until <= now) each.outcome = "timeout";
    }
  }

  receive(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.over; at++) {
      const byte = bytes[at]!;
      if (byte !== 10) this.#line.push(byte);
      // The error comes with the byte that is too many, not with the end of the line.
      if (this.#line.length > this.#limit) this.#judge(undefined);
      else if (byte === 10) this.#judge(readReply(Uint8Array.from(this.#line)));
      if (byte === 10) this.#line = [];
    }
  }

  /** The connection ends, because it must or because the daemon has closed it. */
  end(): void {
    this.over = true;
    this.#settle(({ asked, sent }) => {
      if (this.#denial !== undefined) return this.#denial;
      // Nobody knows whether a change was carried out that had arrived.
      const harmless = !sent || (asked.action !== "write" && asked.action !== "delete");
      if (this.#broken && harmless) return "refused";
      return sent ? "lost, sent" : "lost, not sent";
    });
  }

  #judge(reply: Sound | undefined): void {
    const [oldest] = this.#waiting;
    if (oldest === undefined && this.#answers === 0) return this.#hear(reply);
    if (oldest === undefined || reply === undefined || !fits(oldest.asked, reply, oldest.sent)) {
      this.#broken = false;
      if (oldest?.outcome === "pending") oldest.outcome = "protocol";
      return this.end();
    }
    this.#waiting.shift();
    const { status, reason } = reply;
    this.#broken = this.#answers++ === 0 && status === "error" && reason === "internal_error";
    if (status === "denied" && reason === UNREGISTERED) this.#denial = reply;
    if (oldest.outcome === "pending") oldest.outcome = reply;
  }

  /** The daemon speaks first: only to deny, or to say that it cannot serve, before it closes. */
  #hear(reply: Sound | undefined): void {
    if (reply === undefined || reply.status === "success") {
      this.#settle(() => "protocol");
      this.over = true;
      return;
    }
    if (reply.status === "denied") this.#denial = reply;
    else this.#broken = true;
    this.end();
  }

  #settle(outcome: (each: Followed) => Expected): void {
    for (const each of this.#all) if (each.outcome === "pending") each.outcome = outcome(each);
  }
}
