/** A daemon that identifies its callers, and callers of several kinds. */
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { RegisteredBinary, TrustedSigner } from "../../testing/identify/config.ts";
import type { PendingAttempt } from "../../testing/identify/pending.ts";
import { type DaemonOptions, startDaemon, type TestDaemon } from "../../testing/mod.ts";
import { execPath, fixtureCommand, runCommand } from "../harness.ts";
import { line, RawClient } from "./raw_client.ts";

/** Whether a daemon can identify callers here. */
export const identifies: boolean = process.platform === "linux";

/** The service that the daemon has a secret of. */
export const SERVICE = "Identified";

/** A request for that secret. */
export const READ = { action: "read", service: SERVICE, targets: ["A"] };

/** This runtime's executable as the kernel names it. */
export const self: string = identifies ? realpathSync("/proc/self/exe") : execPath;

/** A daemon with a configuration in a folder of its own. */
export interface Identified extends AsyncDisposable {
  readonly folder: string;
  readonly config: string;
  readonly daemon: TestDaemon;
  /** What the configuration registers now. */
  registered(): RegisteredBinary[];
  pending(): PendingAttempt[];
  audit(): Record<string, unknown>[];
  /** Asks on a new connection from this process. */
  ask(request?: object): Promise<string>;
  /** Asks from another program: a copy of this runtime. Gives all that came back. */
  askFrom(program: string, options?: { replaced?: boolean }): Promise<string>;
}

/** Starts one. */
export async function startIdentified(
  configured: { registered_binaries?: RegisteredBinary[]; trusted_signers?: TrustedSigner[] } = {},
  options: DaemonOptions = {},
): Promise<Identified> {
  const folder = mkdtempSync(join(tmpdir(), "kca-identified-"));
  const config = join(folder, "config.json");
  writeFileSync(config, JSON.stringify(configured));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  let daemon: TestDaemon;
  try {
    daemon = await startDaemon({ secrets: { [SERVICE]: { A: "1" } }, config, ...options });
  } catch (error) {
    remove();
    throw error;
  }
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  return {
    folder,
    config,
    daemon,
    registered: () => JSON.parse(read("config.json")).registered_binaries,
    pending: () => JSON.parse(read("pending.json")),
    audit: () => read("audit.log").trimEnd().split("\n").map((event) => JSON.parse(event)),
    async ask(request = READ) {
      await using client = await RawClient.connect(daemon.endpoint);
      return await client.ask(request);
    },
    async askFrom(program, { replaced = false } = {}) {
      const args = [daemon.endpoint, line(READ).trimEnd(), ...(replaced ? ["replaced"] : [])];
      const [, ...rest] = fixtureCommand("raw_ask", { args });
      const { stdout } = await runCommand([program, ...rest]);
      return stdout;
    },
    async [Symbol.asyncDispose]() {
      await daemon.close();
      remove();
    },
  };
}
