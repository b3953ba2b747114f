/**
 * Stays as the parent of a program, and behaves as much as possible as if it were not there.
 *
 * @module
 */

import { runtime } from "../../../src/runtime.ts";
import type { Host } from "../../host/host.ts";
import type { Means, Program } from "../exec/become.ts";
import { dispositions, setSignal } from "../exec/signals.ts";
import { SIG_IGN } from "../../libc/symbols.ts";
import { passOn } from "./pass_on.ts";
import type { Running } from "./running.ts";
import { ignoredIn, passSignals } from "./signals.ts";
import { Self } from "./self.ts";

/** The signals except real-time ones. */
const STANDARD = Array.from({ length: 31 }, (_, index) => index + 1);

/** Which output is read here and masked. */
export interface Masking {
  readonly piped: readonly (1 | 2)[];
  readonly values: readonly string[];
}

/**
 * Starts a program, and ends with its exit code or signal.
 *
 * @returns Its exit code.
 * @throws {SpawnError} When the system does not start it.
 */
export async function stayBetween(
  host: Host,
  program: Program,
  { libc, found }: Means,
  { piped, values }: Masking,
): Promise<number> {
  const self = new Self(libc);
  const { ignore } = dispositions(runtime.name, found);
  // Without FFI they are caught below and ignored.
  if (libc !== undefined) ignore.forEach((signal) => setSignal(libc, signal, SIG_IGN));
  const ignored = ignoredHere(host);
  const started = passSignals(host, {
    ignored,
    unheeded: ignore,
    seesStops: libc !== undefined || (runtime.name === "node" && runtime.system === "linux"),
    endBy: (signal) => self.endBy(signal),
  });
  // Once Deno listens to any signal, it also catches HUP, INT and TERM, even if they were ignored.
  if (libc !== undefined) STANDARD.filter(ignored).forEach((n) => setSignal(libc, n, SIG_IGN));
  const child = await spawn(host, program, { libc, found }, ignore, piped);
  child.onStop = (signal) => self.stopBy(signal);
  started(child);
  await passOn(host, child, values);
  const ending = await child.ended;
  return "code" in ending ? self.endWith(ending.code) : self.endBy(ending.signal);
}

async function spawn(
  host: Host,
  program: Program,
  { libc, found }: Means,
  ignore: readonly number[],
  piped: readonly (1 | 2)[],
): Promise<Running> {
  if (libc !== undefined) {
    const { spawnNative } = await import("./native.ts");
    return spawnNative(host, libc, program, found, piped);
  }
  const { spawnByRuntime } = await import("./by_runtime.ts");
  return await spawnByRuntime(host, program, found, ignore, piped);
}

function ignoredHere(host: Pick<Host, "readFile">): (signal: number) => boolean {
  try {
    return ignoredIn(new TextDecoder().decode(host.readFile("/proc/self/status")));
  } catch {
    // Not Linux, or Deno without --allow-all.
    return () => false;
  }
}
