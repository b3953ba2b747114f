/**
 * The one place that looks at the runtime: which it is, on what system, its environment.
 *
 * @module
 */

/** What is needed of the globals of Deno, Bun and Node. */
interface Globals {
  readonly Deno?: {
    readonly version: { readonly deno: string };
    readonly build: { readonly os: string; readonly arch: string };
    readonly env: { get(name: string): string | undefined };
    readonly permissions: {
      querySync(descriptor: { name: string; variable?: string }): { state: string };
    };
    refTimer(id: number): void;
    unrefTimer(id: number): void;
  };
  readonly Bun?: { readonly version: string };
  readonly process?: {
    readonly versions: Readonly<Record<string, string | undefined>>;
    readonly platform: string;
    readonly arch: string;
    readonly env: Readonly<Record<string, string | undefined>>;
  };
  readonly console: { error(message: string): void };
}

const globals = globalThis as unknown as Globals;
const { Bun, Deno } = globals;
// Deno builds its `process` when it is first looked at, which takes longer than a whole read.
const process = Deno === undefined ? globals.process : undefined;

/** The runtimes that are told apart. */
export type RuntimeName = "deno" | "bun" | "node" | "unknown";

/** The systems that are told apart. */
export type System = "linux" | "darwin" | "windows" | "other";

/** The runtime that this module runs in. */
export interface Runtime {
  /** Which one. */
  readonly name: RuntimeName;
  /** Its version, such as `"2.9.6"`. */
  readonly version: string;
  /** On which operating system. */
  readonly system: System;
  /** The processor: `"x64"`, `"arm64"`, or as the runtime calls it. */
  readonly arch: string;
}

/** The runtime that this module runs in. */
export const runtime: Runtime = detect();

function detect(): Runtime {
  // Bun and Deno have a `process` too, and Deno comes first because it alone has a `Deno`.
  if (Deno?.version?.deno) {
    const { os, arch } = Deno.build;
    return { name: "deno", version: Deno.version.deno, system: systemOf(os), arch: archOf(arch) };
  }
  // Bun builds its `process.versions` when it is first looked at.
  const version = Bun?.version ?? process?.versions?.node;
  if (process === undefined || version === undefined) {
    return { name: "unknown", version: "", system: "other", arch: "" };
  }
  return {
    name: Bun === undefined ? "node" : "bun",
    version,
    system: systemOf(process.platform),
    arch: archOf(process.arch),
  };
}

function systemOf(name: string): System {
  if (name === "win32" || name === "windows") return "windows";
  if (name === "android") return "linux";
  return name === "linux" || name === "darwin" ? name : "other";
}

function archOf(name: string): string {
  return name === "x86_64" ? "x64" : name === "aarch64" ? "arm64" : name;
}

/**
 * Reads a variable of the environment, without prompting for the permission to.
 *
 * @param name The variable's name.
 * @returns `undefined` when it is unset, empty, or not permitted.
 *
 * @example
 * ```ts
 * import { env } from "@keychain-auth/client/core";
 *
 * console.log(env("NO_SUCH_VARIABLE")); // undefined
 * ```
 */
export function env(name: string): string | undefined {
  if (Deno !== undefined) {
    if (Deno.permissions.querySync({ name: "env", variable: name }).state !== "granted") {
      return undefined;
    }
    return Deno.env.get(name) || undefined;
  }
  return process?.env[name] || undefined;
}

/**
 * Writes a line for people who look for a problem, when `KEYCHAIN_AUTH_DEBUG` is `1`.
 *
 * @param message Never a value.
 */
export function debug(message: string): void {
  if (env("KEYCHAIN_AUTH_DEBUG") === "1") globals.console.error(`keychain-auth: ${message}`);
}

/** Keeps the process alive until the timer has rung. */
export function refTimer(timer: unknown): void {
  if (typeof timer === "number") Deno?.refTimer(timer);
  else (timer as { ref?(): void }).ref?.();
}

/** Lets the process end although the timer runs. */
export function unrefTimer(timer: unknown): void {
  if (typeof timer === "number") Deno?.unrefTimer(timer);
  else (timer as { unref?(): void }).unref?.();
}
