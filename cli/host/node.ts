/**
 * Node.
 *
 * @module
 */

import { runtime } from "../../src/runtime.ts";
import { type Child, type ChildCommand, type Host, SpawnError } from "./host.ts";
import { builtin, processHost, signalCode } from "./process.ts";

/** The command's host on Node. */
export const nodeHost: Host = {
  ...processHost,
  async readStdin(most) {
    // Node takes it for empty.
    if (runtime.system !== "windows" && builtin("node:fs").fstatSync(0).isDirectory()) {
      throw Object.assign(new Error(), { code: "EISDIR" });
    }
    return await processHost.readStdin(most);
  },
  prepareSpawn: () => void builtin("node:child_process"),
  spawn,
};

function spawn(command: ChildCommand): Promise<Child> {
  const { spawn } = builtin("node:child_process");
  const { file, args, env, stdout, stderr, verbatim = false } = command;
  return new Promise((resolve, reject) => {
    const failed = (error: unknown): void => {
      reject(new SpawnError((error as { code?: string }).code ?? String(error)));
    };
    try {
      const child = spawn(file, [...args], {
        env: { ...env },
        stdio: ["inherit", stdout, stderr],
        windowsVerbatimArguments: verbatim,
      });
      const exited = new Promise<number>((done) => {
        child.on("exit", (code, signal) => done(signal === null ? code ?? 1 : signalCode(signal)));
      });
      child.on("error", failed);
      child.on("spawn", () =>
        resolve({
          ...(child.stdout && { stdout: child.stdout }),
          ...(child.stderr && { stderr: child.stderr }),
          kill: (signal) => void child.kill(signal),
          exited,
        }));
    } catch (error) {
      failed(error);
    }
  });
}
