/** Installs the development dependencies that package-lock.json names, when they are not there. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { mustRun } from "./process.ts";

/** Runs `npm ci` unless node_modules was made from the present lock file. */
export async function prepareDependencies(root: string): Promise<void> {
  const lock = join(root, "package-lock.json");
  const stamp = join(root, "node_modules", ".lock-digest");
  const digest = createHash("sha256").update(readFileSync(lock)).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return;
  console.log("Installing the development dependencies");
  await mustRun(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: root });
  writeFileSync(stamp, digest);
}

if (import.meta.main) await prepareDependencies(process.cwd());
