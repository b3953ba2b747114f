/**
 * Ctrl-C in the middle of an import: what is under way is given up, and it is said what was done.
 *
 * @module
 */

import { runtime } from "../../src/runtime.ts";
import type { Host, SignalName } from "../host/host.ts";
import { signalCode } from "../host/process.ts";

const SIGNALS: readonly SignalName[] = runtime.system === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/** The signals that ask for an end. A second one ends the process at once. */
export class Interrupt {
  #code: number | undefined;
  readonly #controller = new AbortController();

  /** Listens from now on. */
  constructor(host: Host) {
    for (const signal of SIGNALS) {
      host.onSignal(signal, () => {
        const code = signalCode(signal);
        if (this.#code !== undefined) host.exit(code);
        this.#code = code;
        this.#controller.abort();
      });
    }
  }

  /** What to end with; `undefined` while nobody asked for it. */
  get exitCode(): number | undefined {
    return this.#code;
  }

  /** Runs what the first signal ends. */
  async during<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const done = await work(this.#controller.signal);
    // Asked for between two requests.
    this.#controller.signal.throwIfAborted();
    return done;
  }
}
