/** How the scripts of the fuzzers are started on each runtime. */
import { fileURLToPath } from "node:url";
import { nodeFlags, type Runtime } from "../harness.ts";

/** The command line that runs a script of this folder. */
export function fuzzCommand(
  kind: Runtime,
  exec: string,
  script: string,
  args: readonly string[],
): string[] {
  const file = fileURLToPath(new URL(script, import.meta.url));
  if (kind === "deno") return [exec, "run", "-A", "--no-check", file, ...args];
  return kind === "bun" ? [exec, file, ...args] : [exec, ...nodeFlags, file, ...args];
}
