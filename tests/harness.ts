/**
 * The one test harness for Deno, Bun and Node: registers a test with the runner of whichever
 * runtime executes the file, and starts fixture scripts in that same runtime.
 */
import { spawn } from "node:child_process";
import process from "node:process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fileStdio } from "./support/file_stdio.ts";

/** The runtimes that the suite runs on. */
export type Runtime = "deno" | "bun" | "node";

/** Which runtime executes this file. */
export const runtime: Runtime = process.versions.deno !== undefined
  ? "deno"
  : process.versions.bun !== undefined
  ? "bun"
  : "node";

/** Its version, for example `2.9.6`. */
export const runtimeVersion: string = process.versions[runtime] ?? "unknown";

/** The major part of the version as a number. */
export const runtimeMajor: number = Number.parseInt(runtimeVersion, 10);

/** What starts this runtime: its executable, or the script that starts it in an emulator. */
export const execPath: string = process.env.KEYCHAIN_AUTH_TEST_EXEC || process.execPath;

/** How many times longer than elsewhere anything may take before it counts as hanging. */
export const patience: number = Number(process.env.KEYCHAIN_AUTH_TEST_PATIENCE || 1);

/** The repository root. */
export const root: string = dirname(dirname(fileURLToPath(import.meta.url)));

/** Node's flags to run a source of the suite. */
export const nodeFlags: readonly string[] = [
  "--disable-warning=ExperimentalWarning",
  "--import",
  new URL("./launcher/node_hooks.mjs", import.meta.url).href,
];

/** The absolute path of a file in the repository. */
export function repoPath(...parts: string[]): string {
  return join(root, ...parts);
}

/** How a test is run. */
export interface TestOptions {
  /** Leaves the test out and counts it as skipped. */
  skip?: boolean;
  /** Milliseconds until the test fails; 90 000 unless given. It ends what hangs, and times nothing. */
  timeout?: number;
  /** `false` turns Deno's leak checks for operations and resources off; on unless given. */
  sanitize?: boolean;
}

type TestBody = () => void | Promise<void>;
type Register = (name: string, body: () => Promise<void>, options: Required<TestOptions>) => void;

const register: Register = await loadRegister();

/**
 * Registers one test with the runner of the current runtime.
 *
 * @param name A behaviour sentence, such as `connect() refuses an empty path`.
 * @param fn The body; it fails the test by throwing or rejecting.
 * @param options Whether and how long it runs.
 */
export function test(name: string, fn: TestBody, options: TestOptions = {}): void {
  const filter = process.env.KEYCHAIN_AUTH_TEST_FILTER;
  if (filter && !name.includes(filter)) return;
  const { sanitize = true } = options;
  const timeout = (options.timeout ?? 90_000) * patience;
  const leftOut = process.env.KEYCHAIN_AUTH_TEST_LEFT_OUT;
  const skip = options.skip || (leftOut !== undefined && new RegExp(leftOut).test(name));
  register(name, () => withTimeout(name, fn, timeout), { skip, timeout, sanitize });
}

async function withTimeout(name: string, fn: TestBody, timeout: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`"${name}" took longer than ${timeout} ms`)),
      timeout,
    );
  });
  try {
    await Promise.race([fn(), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function loadRegister(): Promise<Register> {
  if (runtime === "deno") {
    return (name, fn, { skip, sanitize }) =>
      Deno.test({ name, fn, ignore: skip, sanitizeOps: sanitize, sanitizeResources: sanitize });
  }
  // Not literal, so that neither a bundler nor Deno's type check looks for the module.
  const specifier = runtime === "bun" ? "bun:test" : "node:test";
  const runner = await import(specifier);
  if (runtime === "bun") {
    return (name, fn, { skip, timeout }) =>
      (skip ? runner.test.skip : runner.test)(name, fn, timeout + 1_000);
  }
  let unfinished = 0;
  // Node's runner takes a file that calls process.exit(0) half way for a file that passed.
  process.on("exit", () => {
    if (unfinished > 0) process.exitCode = 1;
  });
  return (name, fn, { skip, timeout }) => {
    if (!skip) unfinished++;
    runner.test(name, { skip, timeout: timeout + 1_000 }, () =>
      fn().finally(() => {
        if (--unfinished === 0) endWithoutWork();
      }));
  };
}

/** Ends a file that something still keeps alive after its last test: Node 26 would wait for ever. */
function endWithoutWork(): void {
  setTimeout(() => {
    console.log("The tests are done, and something keeps the process alive");
    process.exit(1);
  }, 10_000 * patience).unref();
}

/** What a fixture is started with. */
export interface FixtureOptions {
  /** Arguments after the script. */
  args?: string[];
  /** Variables added to the environment; `undefined` removes one. */
  env?: Record<string, string | undefined>;
  /** Deno's permission flags, `-A` unless given; other runtimes ignore them. */
  permissions?: string[];
  /** Flags of the runtime itself, before the script. */
  flags?: string[];
  /** The working directory; the repository root unless given. */
  cwd?: string;
  /** What standard input holds; closed at once unless given. */
  stdin?: string;
  /** Milliseconds until the process is killed; 60 000 unless given. */
  timeout?: number;
}

/** How a fixture ended. */
export interface FixtureResult {
  /** The exit code, or -1 when a signal ended the process. */
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * The command line that runs `tests/fixtures/<name>.ts` in the current runtime. In place of the
 * sources of `kca` it runs what the launcher has built of them.
 */
export function fixtureCommand(name: string, options: FixtureOptions = {}): string[] {
  const { args = [], flags = [], permissions = ["-A"] } = options;
  const built = name === "kca" ? process.env.KEYCHAIN_AUTH_TEST_KCA : undefined;
  const source = built || repoPath("tests", "fixtures", `${name}.ts`);
  switch (runtime) {
    case "deno": {
      // Deno's own child_process adds -A to a deno command that has no permission flag at all.
      const granted = permissions.length > 0 ? permissions : ["--allow-env=NOTHING"];
      return [execPath, "run", "--no-prompt", ...granted, ...flags, source, ...args];
    }
    case "bun":
      return [execPath, ...flags, source, ...args];
    case "node":
      return [execPath, ...(built ? [] : nodeFlags), ...flags, source, ...args];
  }
}

/**
 * The command line of a fixture that serves others: in the current runtime too, unless the launcher
 * names a Node that does it.
 */
export function serverCommand(name: string, args: string[] = []): string[] {
  const node = process.env.KEYCHAIN_AUTH_TEST_SERVER;
  if (!node) return fixtureCommand(name, { args });
  return [node, ...nodeFlags, repoPath("tests", "fixtures", `${name}.ts`), ...args];
}

/**
 * Runs `tests/fixtures/<name>.ts` in the current runtime and waits for its end.
 *
 * @param name The file name without `.ts`.
 * @param options Arguments, environment, Deno permissions and limits.
 * @returns The exit code and everything written to the two streams.
 */
export async function runFixture(
  name: string,
  options: FixtureOptions = {},
): Promise<FixtureResult> {
  return await runCommand(fixtureCommand(name, options), options);
}

/** Runs any command with the same options and result as {@linkcode runFixture}. */
export function runCommand(
  command: string[],
  options: Pick<FixtureOptions, "cwd" | "env" | "stdin" | "timeout"> = {},
): Promise<FixtureResult> {
  const { cwd = root, stdin = "" } = options;
  const timeout = (options.timeout ?? 60_000) * patience;
  const env: Record<string, string> = {};
  for (const [key, value] of Object.entries({ ...process.env, NO_COLOR: "1", ...options.env })) {
    if (value !== undefined) env[key] = value;
  }
  if (process.env.KEYCHAIN_AUTH_TEST_STDIO === "files") {
    const files = fileStdio(stdin);
    const child = spawn(command[0]!, command.slice(1), { cwd, env, stdio: files.stdio });
    const timer = setTimeout(() => child.kill("SIGKILL"), timeout);
    return new Promise<FixtureResult>((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", (code) => resolve({ code: code ?? -1, ...files.finish() }));
    }).finally(() => clearTimeout(timer));
  }
  const child = spawn(command[0]!, command.slice(1), { cwd, env, stdio: "pipe" });
  const timer = setTimeout(() => child.kill("SIGKILL"), timeout);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => stdout += text);
  child.stderr.setEncoding("utf8").on("data", (text: string) => stderr += text);
  child.stdin.on("error", () => {}); // a child that never reads may be gone before the write
  child.stdin.end(stdin);
  return new Promise<FixtureResult>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
  }).finally(() => clearTimeout(timer));
}
