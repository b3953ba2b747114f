/**
 * Runs git.
 *
 * @module
 */

import { spawn, spawnSync } from "node:child_process";
import process from "node:process";
import { CommandError, EXIT, usageError } from "../exit_codes.ts";
import { codeOf } from "./files.ts";

/** The result of git. */
export interface GitAnswer {
  readonly status: number | null;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** Variables that git sets for a hook. */
const LOCAL = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"];

/**
 * Makes git find the repository of each folder, even when this process is a hook of another.
 * Removes the variables from this process, because Deno passes all of them to a child.
 */
function forgetRepository(): void {
  for (const name of LOCAL) delete process.env[name];
}

/**
 * Runs git.
 *
 * @param args Its arguments.
 * @param folder The working directory of git. Default: the current one, with the repository and the
 * index of the hook.
 * @returns `undefined` when there is no git.
 * @throws {CommandError} When it cannot be started.
 */
export function askGit(args: readonly string[], folder?: string): GitAnswer | undefined {
  if (folder !== undefined) forgetRepository();
  const result = spawnSync("git", [...CALM, ...args], {
    ...(folder !== undefined && { cwd: folder }),
    env: { ...process.env, LC_ALL: "C" } as Record<string, string>,
    maxBuffer: Infinity,
  });
  if (result.error !== undefined) {
    if (codeOf(result.error) === "ENOENT") return undefined;
    throw new CommandError(EXIT.failed, `Cannot start git: ${codeOf(result.error)}`);
  }
  return { status: result.status, stdout: result.stdout, stderr: result.stderr.toString() };
}

/** Without programs that a repository can make git start, and without the user's settings. */
const CALM = ["core.fsmonitor=false", "log.showSignature=false", "log.diffMerges=separate"]
  .flatMap((setting) => ["-c", setting]);

/** @throws {CommandError} With git's message, when it fails or does not exist. */
export function mustAskGit(args: readonly string[]): string {
  const answer = askGit(args);
  if (answer === undefined) {
    throw usageError("There is no git, so its index and history cannot be read");
  }
  if (answer.status === 0) return new TextDecoder().decode(answer.stdout);
  throw new CommandError(EXIT.failed, `git ${args[0]} failed: ${answer.stderr.trim()}`);
}

/**
 * Reads objects of git.
 *
 * @param ids Their ids.
 * @returns Each with its content, in the same order.
 * @throws {CommandError} When there is no such object.
 */
export async function* readObjects(
  ids: readonly string[],
): AsyncGenerator<{ id: string; content: Uint8Array }> {
  const child = spawn("git", [...CALM, "cat-file", "--batch"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  // git ended before it read all ids; its output shows why.
  child.stdin.on("error", () => {});
  child.stdin.end(ids.map((id) => `${id}\n`).join(""));
  const output = new Output(child.stdout);
  try {
    for (const id of ids) {
      const [, type, size] = (await output.line()).split(" ");
      if (size === undefined) {
        throw new CommandError(
          EXIT.failed,
          `git cat-file has no object ${id}: ${type ?? "it ended"}`,
        );
      }
      const content = await output.take(Number(size));
      // A newline ends it.
      await output.take(1);
      yield { id, content };
    }
  } finally {
    child.kill();
  }
}

/** The output of a program, taken in parts of any length. */
class Output {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array();

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** @returns Bytes; fewer than `count` at the end. */
  async take(count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    let length = 0;
    while (length < count && await this.#fill()) {
      const part = this.#chunk.subarray(0, count - length);
      bytes.set(part, length);
      length += part.length;
      this.#chunk = this.#chunk.subarray(part.length);
    }
    return bytes.subarray(0, length);
  }

  /** @returns A line without the newline. */
  async line(): Promise<string> {
    let text = "";
    while (await this.#fill()) {
      const end = this.#chunk.indexOf(0x0a);
      const part = this.#chunk.subarray(0, end < 0 ? undefined : end);
      text += String.fromCharCode(...part);
      this.#chunk = this.#chunk.subarray(end < 0 ? part.length : end + 1);
      if (end >= 0) break;
    }
    return text;
  }

  async #fill(): Promise<boolean> {
    while (this.#chunk.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done) return false;
      this.#chunk = value;
    }
    return true;
  }
}
