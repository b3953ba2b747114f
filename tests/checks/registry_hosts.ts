/** Checks that no file names the host of a package registry: users and companies have their own. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const hosts = [
  /\bregistry\.[a-z0-9-]+\.[a-z]+/i,
  /\bnpmjs\.(?:org|com)/i,
  /\b(?:npm\.)?jsr\.io/i,
  /\byarnpkg\.com/i,
  /^\s*(?:@[\w-]+:)?registry\s*=/m,
  /"resolved":\s*"https?:/,
  /_auth[T]oken/,
];

/** Lists the files, relative to `root`, that name a registry's host. */
export function checkRegistryHosts(root: string, files: readonly string[]): string[] {
  const problems: string[] = [];
  for (const file of files) {
    const path = join(root, file);
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) continue;
    const text = readFileSync(path, "utf8");
    for (const host of hosts) {
      const found = host.exec(text);
      if (found === null) continue;
      const line = text.slice(0, found.index).split("\n").length;
      problems.push(`${file}:${line} names a registry: ${found[0].trim()}`);
    }
  }
  return problems;
}
