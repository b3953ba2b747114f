/**
 * Handles Ctrl-C during an import: aborts the current request and reports what was done.
 *
 * @module
 */

import { runtime } from "../../src/runtime.ts";
import type { Host, SignalName } from "../host/host.ts";
import { signalCode } from "../host/process.ts";

const SIGNALS: readonly SignalName[] = runtime.system === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/** Catches the signals that end an import. A second signal ends the process at once. */
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

  /** The exit code; `undefined` before a signal. */
  get exitCode(): number | undefined {
    return this.#code;
  }

  /** Runs work that the first signal aborts. */
  async during<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const done = await work(this.#controller.signal);
    // The signal may have arrived between two requests.
    this.#controller.signal.throwIfAborted();
    return done;
  }
}
