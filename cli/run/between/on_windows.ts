/**
 * Starts a program on Windows, where a process cannot become another.
 *
 * @module
 */

import type { Host } from "../../host/host.ts";
import type { Wanted } from "../environment.ts";
import { environmentOnWindows } from "../environment_windows.ts";
import { checkSizes, limitsOf } from "../limits.ts";
import { onWindows } from "./batch_files.ts";
import type { Masking } from "./between.ts";
import { passOn } from "./pass_on.ts";
import { passSignals } from "./signals.ts";

/**
 * Starts a program.
 *
 * @returns Its exit code.
 * @throws {SpawnError} When the system does not start it.
 */
export async function startOnWindows(
  host: Host,
  command: readonly string[],
  wanted: Wanted,
  { piped, values }: Masking,
): Promise<number> {
  const [file = "", ...args] = command;
  const env = environmentOnWindows({ ...wanted, own: host.env() });
  const entries = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  checkSizes(command, entries, () => limitsOf("windows"));
  const started = passSignals(host, {
    ignored: () => false,
    unheeded: [],
    seesStops: false,
    endBy: () => host.endBy("SIGINT"),
  });
  const streams = (at: 1 | 2): "pipe" | "inherit" => piped.includes(at) ? "pipe" : "inherit";
  const child = await host.spawn(
    onWindows({ file, args, env, stdout: streams(1), stderr: streams(2) }),
  );
  const ended = child.exited.then((code) => ({ code }));
  started({ kill: () => child.kill("SIGINT"), ended });
  const output = ([[1, child.stdout], [2, child.stderr]] as const)
    .flatMap(([stream, chunks]) => chunks ? [{ stream, chunks }] : []);
  await passOn(host, { output, ended }, values);
  return await child.exited;
}
