/** How the scripts of the soak are started on each runtime. */
import { nodeFlags, type Runtime } from "../harness.ts";

/** The command line up to the script. A collection can be asked for, so that memory is comparable. */
export function soakCommand(kind: Runtime, exec: string): string[] {
  if (kind === "deno") return [exec, "run", "-A", "--no-check", "--v8-flags=--expose-gc"];
  return kind === "bun" ? [exec] : [exec, "--expose-gc", ...nodeFlags];
}

/** @param ffi Whether this version of Node has FFI. */
export function soakTransports(kind: Runtime, ffi: boolean): string[] {
  const direct = kind !== "node" || ffi ? ["ffi", "sync"] : [];
  return [...direct, "node", ...(kind === "deno" ? ["deno"] : [])];
}
