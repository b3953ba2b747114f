/**
 * Ends and stops this process by a signal, as the program did.
 *
 * @module
 */

import { runtime } from "../../../src/runtime.ts";
import { builtin } from "../../host/process.ts";
import type { Libc } from "../../libc/libc.ts";
import { restoreSignal, setSignal } from "../exec/signals.ts";
import { RLIMIT_CORE, SIG_DFL } from "../../libc/symbols.ts";
import { onSignal, processId } from "./runtime.ts";
import { SIGSTOP } from "./signal_numbers.ts";

const SHELL = "/bin/sh";

interface NodeProcess {
  execve?(file: string, args: readonly string[], env: Readonly<Record<string, string>>): never;
  kill(pid: number, signal: number): void;
  removeAllListeners(signal: string): void;
}

/** This process. */
export class Self {
  readonly #libc: Libc | undefined;

  constructor(libc: Libc | undefined) {
    this.#libc = libc;
  }

  /**
   * Ends with a code.
   *
   * Node waits at its end for the threads that compile and collect, which after much output are busy
   * and may in turn wait for it, for ever (nodejs/node#54918). There is nothing to wait for: everything
   * has been written.
   *
   * @returns The code where that is to be left to the runtime.
   */
  endWith(code: number): number {
    if (runtime.name !== "node") return code;
    if (this.#libc !== undefined) this.#libc.call("_exit", code);
    // A shell takes the place of this process and of all its threads. Node aborts where there is none.
    else if (builtin("node:fs").existsSync(SHELL)) {
      node().execve?.(SHELL, ["sh", "-c", `exit ${code}`], {});
    }
    return code;
  }

  /**
   * Ends by a signal, so that a shell's loop also ends at Ctrl-C.
   *
   * @returns The exit code, when this is not possible.
   */
  endBy(signal: number): number {
    const libc = this.#libc;
    if (libc === undefined) {
      byDefault(signal);
      this.#kill(signal);
      return 128 + signal;
    }
    // The program has left its own core dump; one of this process would contain values.
    libc.call("setrlimit", RLIMIT_CORE, new Uint8Array(new ArrayBuffer(16)));
    setSignal(libc, signal, SIG_DFL);
    this.#kill(signal);
    return 128 + signal;
  }

  /** Stops, until a shell continues the job. */
  stopBy(signal: number): void {
    const libc = this.#libc;
    if (libc === undefined) return this.#kill(SIGSTOP[runtime.system as keyof typeof SIGSTOP]);
    const before = setSignal(libc, signal, SIG_DFL);
    this.#kill(signal);
    restoreSignal(libc, signal, before);
  }

  #kill(signal: number): void {
    if (this.#libc !== undefined) {
      this.#libc.call("kill", processId(), signal);
      return;
    }
    node().kill(processId(), signal);
  }
}

/** When its listeners are removed, Node sets a signal to its default, even if it was ignored. */
function byDefault(signal: number): void {
  const { signals } = builtin("node:os").constants;
  for (const [name, number] of Object.entries(signals)) {
    if (number === signal && onSignal(name, () => {})) node().removeAllListeners(name);
  }
}

function node(): NodeProcess {
  return (globalThis as unknown as { process: NodeProcess }).process;
}
