/** `kca dev` as a process of its own. */
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { kcaCommand, posix } from "./kca.ts";
import { sleep } from "./raw_client.ts";

/** The line for a shell to take: PowerShell's on Windows. */
const LINE = posix
  ? /^export KEYCHAIN_AUTH_SOCKET='(.+)'\n$/
  : /^\$env:KEYCHAIN_AUTH_SOCKET = '(.+)'\n$/;

/** A running `kca dev`. */
export interface DevProcess extends AsyncDisposable {
  /** Where the line that it printed says that it listens. */
  readonly endpoint: string;
  /** Ends it. @returns Its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/**
 * Starts it and waits for its line.
 *
 * @param folder Where it runs, and where its output goes.
 * @param args What is typed behind `kca dev`.
 */
export async function startDev(folder: string, args: readonly string[]): Promise<DevProcess> {
  const output = join(folder, "dev_output");
  const [file, ...words] = kcaCommand(["dev", ...args]);
  const descriptor = openSync(output, "w");
  const child = spawn(file!, words, { cwd: folder, stdio: ["ignore", descriptor, "ignore"] });
  closeSync(descriptor);
  let code: number | null | undefined;
  const ended = new Promise<void>((resolve) =>
    child.on("exit", (value) => {
      code = value;
      resolve();
    })
  );
  const stop = async (signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> => {
    // Not child.kill: Deno's copy of it reports the signal that it sent as the way it ended.
    if (code === undefined) process.kill(child.pid!, signal);
    await ended;
    return code!;
  };
  let line = "";
  while (!line.endsWith("\n") && code === undefined) {
    await sleep(20);
    line = readFileSync(output, "utf8");
  }
  const [, endpoint] = LINE.exec(line) ?? [];
  if (endpoint === undefined) {
    await stop();
    throw new Error(`kca dev ended with ${code} and printed ${JSON.stringify(line)}`);
  }
  return {
    endpoint,
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}
