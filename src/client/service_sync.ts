/**
 * The secrets of one service, without promises.
 *
 * @module
 */

import { type Budget, budgetOf, type CallOptions } from "./budget.ts";
import { checkText, type Entries, entriesOf, targetsOf } from "./validate.ts";
import { type Deleted, deletePrefix, deleteTargets } from "./delete.ts";
import { load, type Loaded, type LoadSpec } from "./load.ts";
import { type Operation, read, readOne, readPrefix, search, write } from "./operations.ts";
import type { SecretMap } from "./secret.ts";
import type { DeletePrefixOptions } from "./service.ts";

/** What a service needs of its client. */
export interface ServiceHostSync {
  readonly timeout: number | undefined;
  run<T>(operation: Operation<T>, budget: Budget): T;
}

/**
 * The secrets of one service, without promises. Each method does and throws what its namesake of
 * {@linkcode Service} does; there are no signals, because nothing can abort a blocked thread.
 *
 * @example
 * ```ts
 * import { connectSync } from "@keychain-auth/client";
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
   * import { connectSync } from "@keychain-auth/client";
   *
   * using client = connectSync();
   * console.log(client.service("AgentSecrets").get("no-such-secret")); // undefined
   * ```
   */
  get(target: string, options?: CallOptions): string | undefined {
    checkText(target, "target");
    return this.#run(readOne(this.name, target), options);
  }

  /**
   * Reads secrets by their whole names.
   *
   * @param targets Names. A repeated one is asked for once.
   * @param options Timeout.
   * @returns What exists, in the order of the targets; misses are absent.
   */
  read(targets: string | Iterable<string>, options?: CallOptions): SecretMap {
    return this.#run(read(this.name, targetsOf(targets, "targets")), options);
  }

  /**
   * Reads all secrets whose names begin with a prefix.
   *
   * @param prefix One prefix or several. `""` means every secret of the service.
   * @param options Timeout.
   * @returns What exists, sorted by name.
   */
  readPrefix(prefix: string | Iterable<string>, options?: CallOptions): SecretMap {
    return this.#run(readPrefix(this.name, targetsOf(prefix, "prefix")), options);
  }

  /**
   * Writes secrets, overwriting what is there.
   *
   * @param entries A record, a `Map`, or pairs. The last of a repeated target wins.
   * @param options Timeout.
   * @throws {RequestTooLargeError} When one target with its value does not fit.
   * @throws {PartialFailureError} When only some were written.
   */
  write(entries: Entries, options?: CallOptions): void {
    this.#run(write(this.name, entriesOf(entries)), options);
  }

  /**
   * Deletes secrets by their whole names. Deleting what does not exist is no error.
   *
   * @param targets Names.
   * @param options Timeout.
   * @returns What was deleted and what was missing.
   * @throws {PartialFailureError} When only some of the existing ones were deleted.
   */
  delete(targets: string | Iterable<string>, options?: CallOptions): Deleted {
    return this.#run(deleteTargets(this.name, targetsOf(targets, "targets")), options);
  }

  /**
   * Deletes all secrets whose names begin with a prefix.
   *
   * @param prefix One prefix or several.
   * @param options Timeout, and `all` for an empty prefix.
   */
  deletePrefix(prefix: string | Iterable<string>, options?: DeletePrefixOptions): void {
    const all = options?.all === true;
    this.#run(deletePrefix(this.name, targetsOf(prefix, "prefix"), all), options);
  }

  /**
   * Finds names.
   *
   * @param prefix One prefix or several. Default: all names.
   * @param options Timeout.
   * @returns Sorted names.
   */
  search(prefix?: string | Iterable<string>, options?: CallOptions): string[] {
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
  load<const S extends LoadSpec>(spec: S, options?: CallOptions): Loaded<S> {
    return this.#run(load(this.name, spec), options);
  }

  #run<T>(operation: Operation<T>, options: CallOptions | undefined): T {
    return this.#host.run(operation, budgetOf(options, this.#host.timeout));
  }
}
