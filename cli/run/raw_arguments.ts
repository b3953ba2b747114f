/**
 * Arguments as bytes. Every runtime decodes them and replaces invalid UTF-8, such as a file name in
 * an older encoding, by U+FFFD. Node also rewrites its option for a configuration file, wherever
 * that stands.
 *
 * @module
 */

import { runtime } from "../../src/runtime.ts";
import { usageError } from "../exit_codes.ts";
import type { Host } from "../host/host.ts";
import { processStart } from "../host/process_start_darwin.ts";
import { split } from "../host/shell_environment.ts";
import { processId } from "./between/runtime.ts";
import type { Libc } from "../libc/libc.ts";

const REPLACED = "\uFFFD";

const isDamaged = (word: string): boolean => word.includes(REPLACED);
const isRewritten = (word: string): boolean =>
  runtime.name === "node" && word.startsWith("--experimental-config-file=");

/**
 * @param command The last arguments of this process, as the runtime decodes them.
 * @returns The arguments as bytes.
 * @throws {CommandError} When one is not UTF-8 and its bytes are unavailable.
 */
export function rawArguments(
  command: readonly string[],
  host: Pick<Host, "readFile">,
  libc: Libc | undefined,
): readonly Uint8Array[] {
  const encoder = new TextEncoder();
  const encoded = command.map((word) => encoder.encode(word));
  const damaged = command.some(isDamaged);
  if (!damaged && !command.some(isRewritten)) return encoded;
  const raw = runtime.system === "linux"
    ? split(host.readFile("/proc/self/cmdline"))
    : onDarwin(libc);
  const last = raw.slice(-command.length);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const isSame = (word: Uint8Array, at: number): boolean =>
    isRewritten(command[at]!) || decoder.decode(word) === command[at];
  // They differ when flags stand between them.
  if (last.length === command.length && last.every(isSame)) return last;
  if (!damaged) return encoded;
  throw usageError(
    "An argument of the program is not UTF-8 and cannot be passed on unchanged. Put the program " +
      "and its arguments after --, or start it from a script. Nothing was started",
  );
}

function onDarwin(libc: Libc | undefined): readonly Uint8Array[] {
  if (runtime.system !== "darwin" || libc === undefined) return [];
  return processStart(libc, processId())?.words ?? [];
}
