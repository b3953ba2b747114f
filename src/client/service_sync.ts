/**
 * The secrets of one service, without promises.
 *
 * @module
 */

import { InvalidRequestError } from "../errors/request.ts";
import { type Deleted, deletePrefix, deleteTargets } from "./delete.ts";
import {
  entriesToLoad,
  isPromise,
  type Loaded,
  loaded,
  type LoadSpec,
  parsed,
  readEntries,
} from "./load.ts";
import { type Operation, writeFrames } from "./operation.ts";
import {
  CALL_SYNC,
  type CallSyncOptions,
  DELETE_SYNC,
  type DeleteSyncOptions,
  limitsOf,
} from "./options.ts";
import { find, readPrefix, secretsOf } from "./read.ts";
import { search } from "./search.ts";
import type { SecretMap } from "./secret.ts";
import type { SessionSync } from "./session_sync.ts";
import { checkPrefixes, checkText, type Entries, entriesOf, targetsOf } from "./validate.ts";
import { settleWrite } from "./write.ts";

/** What a service gets from its client. */
export interface ServiceHostSync {
  readonly session: SessionSync;
  readonly timeout: number | undefined;
}

/**
 * The secrets of one service, without promises. Each method does and throws the same as the method
 * of that name of the asynchronous service. There are no signals, because nothing can abort a
 * blocked thread.
 *
 * @example
 * ```ts
 * import { connectSync } from "@keychain-auth/client/sync";
 *
 * using client = connectSync();
 * const service = client.service("AgentSecrets");
 * service.write({ API_KEY: "sk-proj-dev123" });
 * console.log(service.get("API_KEY")); // sk-proj-dev123
 * ```
 */
export class ServiceSync {
  readonly #host: ServiceHostSync;
  /** The service's name. */
  readonly name: string;

  /** @ignore Made by `client.service(name)`. */
  constructor(host: ServiceHostSync, name: string) {
    this.#host = host;
    this.name = name;
  }

  /**
   * Reads one secret as a plain string.
   *
   * @param target The secret's name.
   * @param options Timeout.
   * @returns The value, or `undefined` when there is no such secret.
   *
   * @example
   * ```ts
   * import { connectSync } from "@keychain-auth/client/sync";
   *
   * using client = connectSync();
   * console.log(client.service("AgentSecrets").get("no-such-secret")); // undefined
   * ```
   */
  get(target: string, options?: CallSyncOptions): string | undefined {
    checkText(target, "target");
    return this.#run(find(this.name, [target]), options).get(target);
  }

  /**
   * Reads secrets by their whole names.
   *
   * @param targets Names. A repeated name is read once.
   * @param options Timeout.
   * @returns The secrets that exist, in the order of the targets.
   */
  read(targets: string | Iterable<string>, options?: CallSyncOptions): SecretMap {
    const names = targetsOf(targets, "targets");
    return secretsOf(this.#run(find(this.name, names), options), names);
  }

  /**
   * Reads all secrets whose names begin with a prefix.
   *
   * @param prefix One prefix or several. `""` means every secret of the service.
   * @param options Timeout.
   * @returns The secrets that exist, sorted by name.
   */
  readPrefix(prefix: string | Iterable<string>, options?: CallSyncOptions): SecretMap {
    return this.#run(readPrefix(this.name, targetsOf(prefix, "prefix")), options);
  }

  /**
   * Writes secrets and overwrites existing ones.
   *
   * @param entries A record, a `Map`, or pairs. The last of a repeated target wins.
   * @param options Timeout.
   * @throws {RequestTooLargeError} When one target with its value does not fit.
   * @throws {PartialFailureError} When only some were written.
   */
  write(entries: Entries, options?: CallSyncOptions): void {
    this.#run(write(this.name, entriesOf(entries)), options);
  }

  /**
   * Deletes secrets by their whole names. A name that does not exist is not an error.
   *
   * @param targets Names.
   * @param options Timeout.
   * @returns What was deleted and what was missing.
   * @throws {PartialFailureError} When only some of the existing ones were deleted.
   */
  delete(targets: string | Iterable<string>, options?: CallSyncOptions): Deleted {
    return this.#run(deleteTargets(this.name, targetsOf(targets, "targets")), options);
  }

  /**
   * Deletes all secrets whose names begin with a prefix.
   *
   * @param prefix One prefix or several.
   * @param options Timeout, and `all` for an empty prefix.
   */
  deletePrefix(prefix: string | Iterable<string>, options?: DeleteSyncOptions): void {
    const prefixes = targetsOf(prefix, "prefix");
    checkPrefixes(prefixes, options?.all === true);
    this.#run(deletePrefix(this.name, prefixes), options, DELETE_SYNC);
  }

  /**
   * Finds names.
   *
   * @param prefix One prefix or several. Default: all names.
   * @param options Timeout.
   * @returns Sorted names.
   */
  search(prefix?: string | Iterable<string>, options?: CallSyncOptions): string[] {
    const prefixes = prefix === undefined ? [] : targetsOf(prefix, "prefix");
    return this.#run(search(this.name, prefixes), options);
  }

  /**
   * Loads a typed object with one read.
   *
   * @param spec For each property the name of its secret, or an entry.
   * @param options Timeout.
   * @throws {MissingSecretsError} Naming every secret that is missing.
   * @throws {InvalidSecretError} When a `parse` throws.
   */
  load<const S extends LoadSpec>(spec: S, options?: CallSyncOptions): Loaded<S> {
    const entries = entriesToLoad(spec);
    const values = this.#run(readEntries(this.name, entries), options);
    const parts = entries.map((entry) => {
      const part = parsed(entry, values);
      if (!isPromise(part)) return part;
      part.catch(() => {});
      const expected = "expected a synchronous function; connect() can await this one";
      throw new InvalidRequestError(`parse of ${JSON.stringify(entry.name)}`, expected);
    });
    return loaded(entries, parts) as Loaded<S>;
  }

  #run<T>(
    operation: Operation<T>,
    options: DeleteSyncOptions | undefined,
    names: readonly string[] = CALL_SYNC,
  ): T {
    return this.#host.session.run(operation, limitsOf(options, this.#host.timeout, names));
  }
}

function* write(service: string, entries: ReadonlyMap<string, string>): Operation<void> {
  const frames = writeFrames(service, entries);
  yield* settleWrite(service, entries, frames, yield frames);
}
