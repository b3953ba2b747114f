/**
 * The only file that uses the globals of Deno, Bun and Node: it detects the runtime and the system,
 * and gives access to the environment and the permissions.
 *
 * @module
 */

/** A permission of Deno, as `Deno.permissions.querySync()` takes it. */
export interface DenoPermission {
  readonly name: "read" | "write" | "net" | "env" | "sys" | "ffi";
  readonly path?: string;
  readonly host?: string;
  readonly variable?: string;
  readonly kind?: "uid";
}

/** The used part of an open socket of `Deno.connect()`. */
export interface DenoConn {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
  ref(): void;
  unref(): void;
}

/** The used part of Deno's file information. */
export interface DenoFileInfo {
  readonly uid: number | null;
  readonly gid: number | null;
  readonly mode: number | null;
  readonly dev: number;
  readonly ino: number | null;
  readonly isDirectory: boolean;
  readonly isSymlink: boolean;
  readonly size: number;
}

/** The used part of Deno, so that no types of Deno are needed. */
export interface DenoGlobal {
  readonly version: { readonly deno: string };
  readonly build: { readonly os: string; readonly arch: string };
  readonly env: {
    get(name: string): string | undefined;
    set(name: string, value: string): void;
  };
  readonly permissions: {
    querySync(permission: DenoPermission): { readonly state: string; readonly partial?: boolean };
  };
  refTimer(id: number): void;
  unrefTimer(id: number): void;
  connect(options: { transport: "unix"; path: string }): Promise<DenoConn>;
  dlopen(path: string, symbols: object): { readonly symbols: unknown; close(): void };
  execPath(): string;
  uid(): number | null;
  lstatSync(path: string): DenoFileInfo;
  statSync(path: string): DenoFileInfo;
  readLinkSync(path: string): string;
  readFileSync(path: string): Uint8Array;
  realPathSync(path: string): string;
  cwd(): string;
}

/** The used part of `process`. */
interface ProcessGlobal {
  readonly versions: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly arch: string;
  readonly execPath: string;
  readonly env: Record<string, string | undefined>;
  /** Node's permission model; absent while it is off. */
  readonly permission?: { has(scope: string, reference?: string): boolean };
  geteuid?(): number;
  getBuiltinModule?(name: string): unknown;
  /** Node disables some functions in workers and marks them. */
  readonly chdir?: { readonly disabled?: boolean };
}

interface Globals {
  readonly Deno?: DenoGlobal;
  readonly Bun?: { readonly version: string; readonly isMainThread: boolean };
  readonly DedicatedWorkerGlobalScope?: unknown;
  readonly process?: ProcessGlobal;
  readonly console: { error(message: string): void };
}

const globals = globalThis as unknown as Globals;
const { Bun, Deno } = globals;

/** Deno's namespace, or `undefined` on other runtimes. */
export const deno: DenoGlobal | undefined = Deno;

/** Bun and Node. Deno builds its `process` at the first access, which takes longer than a read. */
const process = Deno === undefined ? globals.process : undefined;

/** The supported runtimes. */
export type RuntimeName = "deno" | "bun" | "node" | "unknown";

/** The supported systems. */
export type OperatingSystem = "linux" | "darwin" | "windows" | "other";

/** The runtime that this module runs in. */
export interface Runtime {
  readonly name: RuntimeName;
  /** Its version, such as `"2.9.6"`. */
  readonly version: string;
  /** The operating system. */
  readonly system: OperatingSystem;
  /** The processor: `"x64"`, `"arm64"`, or the runtime's own name for it. */
  readonly arch: string;
}

/** The runtime that this module runs in. */
export const runtime: Runtime = /* @__PURE__ */ detect();

function detect(): Runtime {
  // Deno comes first: it has a `process`, too.
  if (Deno?.version?.deno) {
    const { os, arch } = Deno.build;
    return { name: "deno", version: Deno.version.deno, system: systemOf(os), arch: archOf(arch) };
  }
  // Bun builds its `process.versions` at the first access.
  const version = Bun?.version ?? process?.versions?.node;
  if (process === undefined || version === undefined) {
    return { name: "unknown", version: "", system: "other", arch: "" };
  }
  const { platform, arch } = process;
  const name = Bun === undefined ? "node" : "bun";
  return { name, version, system: systemOf(platform), arch: archOf(arch) };
}

function systemOf(name: string): OperatingSystem {
  if (name === "win32" || name === "windows") return "windows";
  if (name === "android") return "linux";
  return name === "linux" || name === "darwin" ? name : "other";
}

function archOf(name: string): string {
  return name === "x86_64" ? "x64" : name === "aarch64" ? "arm64" : name;
}

/**
 * Reads an environment variable. Never prompts for the permission.
 *
 * @param name The variable's name.
 * @returns `undefined` when the variable is unset, empty, or not permitted.
 */
export function env(name: string): string | undefined {
  if (Deno === undefined) return process?.env[name] || undefined;
  return granted({ name: "env", variable: name }) ? Deno.env.get(name) || undefined : undefined;
}

/** Sets an environment variable of this process. */
export function setEnv(name: string, value: string): void {
  if (Deno !== undefined) Deno.env.set(name, value);
  else if (process !== undefined) process.env[name] = value;
}

/** Writes a line to standard error. Never a value. */
export function warn(message: string): void {
  globals.console.error(message);
}

/** True where Deno grants the permission, and on other runtimes. Never prompts. */
export function granted(permission: DenoPermission): boolean {
  return Deno === undefined || Deno.permissions.querySync(permission).state === "granted";
}

/**
 * True where Node's permission model grants the scope, where it is off, and on other runtimes.
 *
 * @param scope Such as `"ffi"` or `"fs.read"`.
 * @param reference The path.
 */
export function nodePermits(scope: string, reference?: string): boolean {
  return process?.permission?.has(scope, reference) ?? true;
}

/**
 * Loads a module that is built into the runtime, without an import that a bundler could move to the
 * top of its file.
 *
 * @param name Such as `"node:fs"` or `"bun:ffi"`.
 * @returns `undefined` when the runtime has no such module.
 */
export function builtin<T>(name: string): T | undefined {
  return globals.process?.getBuiltinModule?.(name) as T | undefined;
}

/**
 * True in a worker, whose thread may be ended from outside. Node's own answer is in
 * `node:worker_threads`, which takes milliseconds to load.
 */
export function inWorker(): boolean {
  if (Deno !== undefined) return globals.DedicatedWorkerGlobalScope !== undefined;
  return Bun === undefined ? process?.chdir?.disabled === true : !Bun.isMainThread;
}

/** The used timer functions. */
export type Timers = Pick<typeof globalThis, "setTimeout" | "clearTimeout" | "setImmediate">;

/**
 * Node's timers from its module: Jest and Vitest replace the global ones, even before a program is
 * loaded. `undefined` on other runtimes.
 */
export function nodeTimers(): Timers | undefined {
  return Deno ?? Bun ? undefined : builtin("node:timers");
}

/** Node's monotonic clock from its module. */
export function nodePerformance(): { now(): number } {
  return builtin<{ performance: { now(): number } }>("node:perf_hooks")!.performance;
}

/** The path of the runtime's executable, links not resolved. */
export function execPath(): string {
  return Deno?.execPath() ?? process?.execPath ?? "";
}

/** The effective user id, or `undefined` where it is not permitted or there is none. */
export function userId(): number | undefined {
  if (Deno === undefined) return process?.geteuid?.();
  return granted({ name: "sys", kind: "uid" }) ? Deno.uid() ?? undefined : undefined;
}

/**
 * Writes a line to standard error when `KEYCHAIN_AUTH_DEBUG` is `1`.
 *
 * @param message Never a value.
 */
export function debug(message: string): void {
  if (env("KEYCHAIN_AUTH_DEBUG") === "1") warn(`keychain-auth: ${message}`);
}

/** Keeps the process alive until the timer has rung, or lets it end. */
export function holdTimer(timer: unknown, held: boolean): void {
  if (typeof timer === "number") Deno?.[held ? "refTimer" : "unrefTimer"](timer);
  else (timer as { ref?(): void; unref?(): void } | undefined)?.[held ? "ref" : "unref"]?.();
}
