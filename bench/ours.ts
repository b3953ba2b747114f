/** This library in all its forms: asynchronous and synchronous, by each transport and runtime. */
import { type Runtime, script } from "./runtimes.ts";
import type { Contender } from "./worker.ts";

/** One form of the library. */
export interface Form {
  transport: "ffi" | "node";
  style: "async" | "sync";
}

/** The forms that a runtime has; only a transport by FFI is synchronous. */
export function formsOf(runtime: Runtime): Form[] {
  const forms: Form[] = [{ transport: "node", style: "async" }];
  if (runtime.ffi) {
    forms.push({ transport: "ffi", style: "async" }, { transport: "ffi", style: "sync" });
  }
  return forms;
}

/** One form as a contender. */
export function ours(
  runtime: Runtime,
  { transport, style }: Form,
  socket: string,
): Contender & Form {
  const contender = script(
    runtime,
    `ours ${style} ${transport}`,
    "ours",
    socket,
    transport,
    style,
  );
  return { ...contender, transport, style };
}

/** The naive node:net client of a runtime. */
export function naive(runtime: Runtime, socket: string): Contender {
  return script(runtime, "naive node:net", "naive", socket);
}

/** What a runtime's FFI and JSON take alone: the limit of every client that calls libc from it. */
export function bare(runtime: Runtime, socket: string): Contender[] {
  return runtime.ffi ? [script(runtime, "bare ffi", "bare", socket)] : [];
}
