/**
 * Builds the command `kca` for the tests as scripts/build.ts builds it for npm. Tests start it some
 * hundred times on each runtime, and from sources Node strips the types of 100 files each time.
 */
import { join } from "node:path";
import { mustRun } from "./process.ts";

/** Whether tests in this file start the command. */
export function startsCommand(file: string): boolean {
  return /^tests\/(?:cli|remedies)\//.test(file);
}

/**
 * Builds the present sources into a folder.
 *
 * @param folder Called `dist`, as in the package: by that name it is known in a list of processes.
 * @returns What a runtime is started with.
 */
export async function buildCommand(root: string, folder: string): Promise<string> {
  const tsdown = join(root, "node_modules", "tsdown", "dist", "run.mjs");
  await mustRun(["node", tsdown, "--config", "tests/launcher/command_build.ts"], {
    cwd: root,
    env: { KEYCHAIN_AUTH_TEST_BUILD: folder },
  });
  return join(folder, "cli.js");
}
