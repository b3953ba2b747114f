/**
 * The host on Bun, whose `spawn` is available without loading a module.
 *
 * @module
 */

import { readFileByLibc } from "../libc/files.ts";
import { openedLibc } from "../libc/libc.ts";
import { type Child, type Host, type SignalName, SpawnError } from "./host.ts";
import { processHost, signalCode } from "./process.ts";

interface BunGlobal {
  spawn(command: readonly string[], options: object): {
    readonly stdout: AsyncIterable<Uint8Array>;
    readonly stderr: AsyncIterable<Uint8Array>;
    readonly exited: Promise<number>;
    readonly exitCode: number | null;
    readonly signalCode: string | null;
    kill(signal: SignalName): void;
  };
}

const { Bun } = globalThis as unknown as { Bun: BunGlobal };

/** The command's host on Bun. */
export const bunHost: Host = {
  ...processHost,
  readFile(path) {
    const libc = path.startsWith("/proc/") ? openedLibc() : undefined;
    return libc === undefined ? processHost.readFile(path) : readFileByLibc(libc, path);
  },
  prepareSpawn: () => {},
  spawn({ file, args, env, stdout, stderr, verbatim = false }) {
    let child: ReturnType<BunGlobal["spawn"]>;
    try {
      child = Bun.spawn([file, ...args], {
        env,
        stdin: "inherit",
        stdout,
        stderr,
        windowsVerbatimArguments: verbatim,
      });
    } catch (error) {
      return Promise.reject(new SpawnError((error as { code?: string }).code ?? String(error)));
    }
    const result: Child = {
      ...(stdout === "pipe" && { stdout: child.stdout }),
      ...(stderr === "pipe" && { stderr: child.stderr }),
      kill: (signal) => child.kill(signal),
      exited: child.exited.then((code) =>
        child.signalCode === null ? code : signalCode(child.signalCode)
      ),
    };
    return Promise.resolve(result);
  },
};
