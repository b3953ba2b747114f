/** Finds or installs the runtimes that the suite runs on; all of them are npm packages. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import type { Runtime } from "../harness.ts";
import { mustRun } from "./process.ts";

/** A runtime that the suite can be started on. */
export interface TestRuntime {
  id: string;
  kind: Runtime;
  exec: string;
  /** True where a process of the runtime cannot start another one by its executable. */
  oneProcess?: boolean;
  /** How it sees a path of this system; the same unless given. */
  path?: (path: string) => string;
  /**
   * The Node that plays servers for it. Deno's own pipe server on Windows stops accepting after
   * clients that drop their connections.
   */
  server?: string | undefined;
}

const versions: Record<string, string> = {
  bun: "1.4.5",
  node20: "20.20.2",
  node22: "22.23.3",
  node24: "24.21.0",
  node26: "26.10.0",
};

/** What a full run covers. The package alone is tried on Node 20. */
// Node 24 goes the way of Node 22, without FFI: it is there to be named.
export const defaultRuntimes: readonly string[] = ["deno", "bun", "node22", "node26"];

/** Everything that can be asked for. */
export const knownRuntimes: readonly string[] = ["deno", ...Object.keys(versions)];

/** The variable that names a binary to use instead of the installed one. */
export function overrideVariable(id: string): string {
  return `KEYCHAIN_AUTH_TEST_${id.toUpperCase()}`;
}

/** Gives the runtime with this id, installing it below `cache` when it is not there yet. */
export async function prepareRuntime(id: string, cache: string): Promise<TestRuntime> {
  const kind: Runtime = id === "deno" ? "deno" : id === "bun" ? "bun" : "node";
  const override = process.env[overrideVariable(id)];
  if (override) return { id, kind, exec: override };
  if (kind === "deno") return { id, kind, exec: process.execPath };
  const version = versions[id];
  if (version === undefined) throw new RangeError(`Unknown runtime "${id}"`);
  const name = kind === "bun" ? bunPackage() : nodePackage();
  const file = process.platform === "win32" ? `${kind}.exe` : kind;
  return { id, kind, exec: await installProgram(name, version, file, cache) };
}

/**
 * Installs a program that is an npm package below `cache`, unless it is there.
 *
 * @param file The program in the package's `bin`.
 * @returns Its path.
 */
export async function installProgram(
  name: string,
  version: string,
  file: string,
  cache: string,
): Promise<string> {
  const folder = join(cache, `${name.replace(/^@.*\//, "")}-${version}`);
  const binary = join("node_modules", name, "bin", file);
  if (existsSync(join(folder, binary))) return join(folder, binary);
  console.log(`Installing ${name}@${version}`);
  mkdirSync(dirname(folder), { recursive: true });
  // Complete or absent, also when two runs install at the same time or one is interrupted.
  const partial = `${folder}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  try {
    const flags = ["--ignore-scripts", "--no-save", "--no-package-lock", "--prefix", partial];
    await mustRun(["npm", "install", ...flags, `${name}@${version}`], { cwd: partial });
    if (!existsSync(join(partial, binary))) {
      throw new Error(`${name}@${version} holds no ${binary}`);
    }
    if (!existsSync(folder)) renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return join(folder, binary);
}

function nodePackage(): string {
  const os = process.platform === "win32" ? "win" : process.platform;
  return `node-${os}-${process.arch}`;
}

function bunPackage(): string {
  const os = process.platform === "win32" ? "windows" : process.platform;
  const arch = process.arch === "arm64" ? "aarch64" : "x64";
  return `@oven/bun-${os}-${arch}${isMusl() ? "-musl" : ""}${needsBaseline() ? "-baseline" : ""}`;
}

function isMusl(): boolean {
  return process.platform === "linux" && existsSync(`/lib/ld-musl-${linuxArch()}.so.1`) &&
    !existsSync("/lib64/ld-linux-x86-64.so.2") && !existsSync("/lib/ld-linux-aarch64.so.1");
}

function linuxArch(): string {
  return process.arch === "arm64" ? "aarch64" : "x86_64";
}

function needsBaseline(): boolean {
  if (process.arch !== "x64" || process.platform !== "linux") return false;
  return !/\bavx2\b/.test(readFileSync("/proc/cpuinfo", "utf8"));
}
