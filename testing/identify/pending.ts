/** Refused executables that wait for approval, in a file next to the configuration. */
import { dirname, join } from "node:path";
import { readFileText } from "../../project/file/files.ts";
import { replaceFile } from "./replace_file.ts";

const DAY = 24 * 60 * 60 * 1_000;

/** One refused executable. */
export interface PendingAttempt {
  path: string;
  hash: string;
  command_line: string[];
  /** The time of its last call, as an ISO 8601 date. */
  timestamp: string;
}

/** The list of a configuration. An attempt stays for 24 hours. */
export class PendingList {
  readonly #path: string;
  readonly #now: () => number;

  /**
   * @param config The configuration's path.
   * @param now The time, in milliseconds since 1970.
   */
  constructor(config: string, now: () => number = Date.now) {
    this.#path = join(dirname(config), "pending.json");
    this.#now = now;
  }

  /** @returns The refused executables, the oldest first. */
  load(): PendingAttempt[] {
    const text = readFileText(this.#path);
    if (text === undefined) return [];
    const attempts = JSON.parse(text) as PendingAttempt[] | null;
    return (attempts ?? []).filter(({ timestamp }) => this.#now() - Date.parse(timestamp) < DAY);
  }

  /** Adds an executable, or updates its entry. */
  add(path: string, hash: string, commandLine: string[]): void {
    const attempts = this.load();
    const timestamp = new Date(this.#now()).toISOString();
    const known = attempts.find((attempt) => attempt.hash === hash);
    if (known) Object.assign(known, { path, command_line: commandLine, timestamp });
    else attempts.push({ path, hash, command_line: commandLine, timestamp });
    this.#save(attempts);
  }

  /** Removes an executable. */
  remove(hash: string): void {
    const attempts = this.load();
    const rest = attempts.filter((attempt) => attempt.hash !== hash);
    if (rest.length < attempts.length) this.#save(rest);
  }

  #save(attempts: readonly PendingAttempt[]): void {
    replaceFile(this.#path, JSON.stringify(attempts, null, 2));
  }
}
