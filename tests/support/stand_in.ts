/** An executable called `keychain-auth` that stands in for the real one. */
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fixtureCommand } from "../harness.ts";

/**
 * Puts it into a folder, for example one of a test's own PATH.
 *
 * @param prelude Shell commands that it runs first.
 * @returns Its path.
 */
export function installStandIn(folder: string, prelude: string = ""): string {
  const path = join(folder, "keychain-auth");
  const script = standInScript(fixtureCommand("keychain_auth"));
  writeFileSync(path, `#!/bin/sh\n${prelude}\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** The line of a shell script that becomes a command. */
export function standInScript(command: readonly string[]): string {
  return `exec ${command.map(quoted).join(" ")} "$@"`;
}

/** A word for a POSIX shell. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
