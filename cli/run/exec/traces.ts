/**
 * Finds out how this process was started, before its runtime changed anything.
 *
 * @module
 */

import type { Host } from "../../host/host.ts";
import type { Libc } from "../../libc/libc.ts";
import { markedDescriptors } from "./descriptors.ts";
import { earlierLimit, type OpenFiles } from "./open_files.ts";
import type { Traces } from "./signals.ts";

/** The findings. */
export interface StartTraces extends Traces {
  /** Descriptors that the runtime marked close-on-exec. */
  readonly marked: readonly number[];
  /** The limit of open files to restore. */
  readonly openFiles: OpenFiles | undefined;
}

interface Globals {
  readonly Deno?: { readonly ppid: number };
  readonly process: { readonly ppid: number };
}

/** The number of the parent process. */
function parentId(): number {
  const globals = globalThis as unknown as Globals;
  // Deno builds its `process` at the first access, which takes 20 ms.
  return globals.Deno?.ppid ?? globals.process.ppid;
}

/** O_WRONLY at the end of the octal flags in fdinfo, without O_CLOEXEC or with it. */
const WRITE_ONLY = /^flags:\s*[0-7]*1$/m;

/**
 * Collects the facts. On macOS, which has no /proc, there are none.
 *
 * @param host Where this runs.
 * @param libc The calls, if there are any.
 * @param typed The variable `_`.
 * @param stdin Whether to read stdin's flags, which only Node needs.
 */
export function traceStart(
  host: Pick<Host, "readFile">,
  libc: Libc | undefined,
  typed: string | undefined,
  stdin: boolean,
): StartTraces {
  const text = (path: string): string | undefined => {
    try {
      return new TextDecoder().decode(host.readFile(path));
    } catch {
      return undefined;
    }
  };
  const parent = parentId();
  const openFiles = earlierLimit(
    text("/proc/self/limits") ?? "",
    text(`/proc/${parent}/limits`) ?? "",
  );
  return {
    parent: text(`/proc/${parent}/status`),
    typed,
    unreadable: stdin && WRITE_ONLY.test(text("/proc/self/fdinfo/0") ?? ""),
    marked: markedDescriptors(parent, libc, () => text("/proc/self/status")),
    openFiles,
  };
}
