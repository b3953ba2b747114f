/**
 * Arguments as the system has them. Every runtime decodes them, and puts U+FFFD in the place of what
 * is not UTF-8, such as a file's name in an older encoding.
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

/**
 * @param command The last arguments of this process, as the runtime gives them.
 * @returns The same in bytes.
 * @throws {CommandError} When one is not UTF-8 and cannot be had as it was.
 */
export function rawArguments(
  command: readonly string[],
  host: Pick<Host, "readFile">,
  libc: Libc | undefined,
): readonly Uint8Array[] {
  const encoder = new TextEncoder();
  if (!command.some((word) => word.includes(REPLACED))) {
    return command.map((word) => encoder.encode(word));
  }
  const raw = runtime.system === "linux"
    ? split(host.readFile("/proc/self/cmdline"))
    : onDarwin(libc);
  const last = raw.slice(-command.length);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  // Not the same when flags stand between them.
  if (
    last.length === command.length && last.every((word, at) => decoder.decode(word) === command[at])
  ) return last;
  throw usageError(
    "An argument of the program is not UTF-8 and cannot be handed on unchanged. Put the program " +
      "and its arguments behind --, or start it by a script. Nothing was started",
  );
}

function onDarwin(libc: Libc | undefined): readonly Uint8Array[] {
  if (runtime.system !== "darwin" || libc === undefined) return [];
  return processStart(libc, processId())?.words ?? [];
}
