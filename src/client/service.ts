/**
 * The secrets of one service.
 *
 * @module
 */

import type { Deleted } from "./delete.ts";
import type { Loaded, LoadSpec } from "./load.ts";
import { type Operation, succeeded, writeFrames } from "./operation.ts";
import { type CallOptions, DELETE, type DeleteOptions, type Limits, limitsOf } from "./options.ts";
import { find, readPrefix, secretsOf } from "./read.ts";
import type { ReadBatch } from "./read_batch.ts";
import type { SecretMap } from "./secret.ts";
import type { Session } from "./session.ts";
import { checkPrefixes, checkText, type Entries, entriesOf, targetsOf } from "./validate.ts";

/** What a service gets from its client. */
export interface ServiceHost {
  readonly session: Session;
  readonly reads: ReadBatch;
  readonly timeout: number | undefined;
}

/**
 * The secrets of one service. Made by `client.service(name)`; costs nothing and holds no connection.
 *
 * Every method rejects with `InvalidRequestError` before anything is sent when an argument or an
 * option is invalid, with `DeniedError` when the policy forbids the request, with `DaemonError`
 * when the daemon fails, with `TimeoutError` when its reply is late, with `ConnectionLostError`
 * when the connection ends, with `ProtocolError` when a reply does not fit, and with the signal's
 * reason when the signal is aborted.
 *
 * @example
 * ```ts
 * import { connect } from "@keychain-auth/client";
 *
 * await using client = await connect();
 * const service = client.service("AgentSecrets");
 * await service.write({ API_KEY: "sk-proj-dev123" });
 * console.log(await service.get("API_KEY")); // sk-proj-dev123
 * ```
 */
export class Service {
  readonly #host: ServiceHost;
  /** The service's name. */
  readonly name: string;

  /** @ignore Made by `client.service(name)`. */
  constructor(host: ServiceHost, name: string) {
    this.#host = host;
    this.name = name;
  }

  /**
   * Reads one secret as a plain string. Calls of the same turn travel as one request.
   *
   * @param target The secret's name.
   * @param options Timeout and signal.
   * @returns The value, or `undefined` when there is no such secret. An empty value is `""`.
   *
   * @example
   * ```ts
   * import { connect } from "@keychain-auth/client";
   *
   * await using client = await connect();
   * const url = await client.service("AgentSecrets").get("proj_123:development:DATABASE_URL");
   * console.log(url === undefined ? "missing" : "found");
   * ```
   */
  async get(target: string, options?: CallOptions): Promise<string | undefined> {
    checkText(target, "target");
    return (await this.#find([target], options)).get(target);
  }

  /**
   * Reads any number of secrets by their whole names. Larger lists become several requests, which
   * are sent at once.
   *
   * @param targets Names. A repeated name is read once.
   * @param options Timeout and signal.
   * @returns The secrets that exist, in the order of the targets.
   *
   * @example
   * ```ts
   * import { connect } from "@keychain-auth/client";
   *
   * await using client = await connect();
   * const secrets = await client.service("AgentSecrets").read(["API_KEY", "no-such-secret"]);
   * console.log(secrets.has("no-such-secret")); // false
   * ```
   */
  async read(targets: string | Iterable<string>, options?: CallOptions): Promise<SecretMap> {
    const names = targetsOf(targets, "targets");
    return secretsOf(await this.#find(names, options), names);
  }

  /**
   * Reads all secrets whose names begin with a prefix: a whole environment in one round trip. Needs
   * `can_search` in the daemon's policy.
   *
   * @param prefix One prefix or several. `""` means every secret of the service.
   * @param options Timeout and signal.
   * @returns The secrets that exist, sorted by name.
   *
   * @example
   * ```ts
   * import { connect } from "@keychain-auth/client";
   *
   * await using client = await connect();
   * const secrets = await client.service("AgentSecrets").readPrefix("proj_123:development:");
   * for (const [name, secret] of secrets) console.log(name, String(secret)); // [redacted]
   * ```
   */
  async readPrefix(prefix: string | Iterable<string>, options?: CallOptions): Promise<SecretMap> {
    const prefixes = targetsOf(prefix, "prefix");
    return await this.#run(readPrefix(this.name, prefixes), this.#limits(options));
  }

  /**
   * Writes any number of secrets and overwrites existing ones.
   *
   * @param entries A record, a `Map`, or pairs. The last of a repeated target wins.
   * @param options Timeout and signal.
   * @throws {RequestTooLargeError} When one target with its value does not fit into a line of
   * 65,535 bytes. Nothing is sent then.
   * @throws {PartialFailureError} When only some were written.
   *
   * @example
   * ```ts
   * import { connect } from "@keychain-auth/client";
   *
   * await using client = await connect();
   * await client.service("AgentSecrets").write({ API_KEY: "sk-proj-dev123", EMPTY: "" });
   * ```
   */
  async write(entries: Entries, options?: CallOptions): Promise<void> {
    const map = entriesOf(entries);
    const limits = this.#limits(options);
    const frames = writeFrames(this.name, map);
    this.#host.reads.flush();
    const outcomes = await this.#host.session.exchange(frames, limits);
    if (succeeded(outcomes)) return;
    const { settleWrite } = await import("./write.ts");
    await this.#run(settleWrite(this.name, map, frames, outcomes), limits);
  }

  /**
   * Deletes secrets by their whole names. A name that does not exist is not an error.
   *
   * The daemon fails at a missing name after it has deleted the names before it. So the client
   * first searches for the names that exist, or deletes one by one where the policy forbids
   * searches.
   *
   * @param targets Names.
   * @param options Timeout and signal.
   * @returns What was deleted and what was missing.
   * @throws {PartialFailureError} When only some of the existing secrets were deleted, or when the
   * policy leaves no way to tell a missing secret from a failure.
   *
   * @example
   * ```ts
   * import { connect } from "@keychain-auth/client";
   *
   * await using client = await connect();
   * const service = client.service("AgentSecrets");
   * await service.write({ OLD: "x" });
   * console.log(await service.delete(["OLD", "OLDER"])); // { deleted: ["OLD"], missing: ["OLDER"] }
   * ```
   */
  async delete(targets: string | Iterable<string>, options?: CallOptions): Promise<Deleted> {
    const names = targetsOf(targets, "targets");
    const limits = this.#limits(options);
    const { deleteTargets } = await import("./delete.ts");
    return await this.#run(deleteTargets(this.name, names), limits);
  }

  /**
   * Deletes all secrets whose names begin with a prefix. `"buster"` deletes `"buster2"` too. Needs
   * `can_search` in the daemon's policy.
   *
   * @param prefix One prefix or several.
   * @param options Timeout, signal, and `all` for an empty prefix.
   *
   * @example
   * ```ts
   * import { connect } from "@keychain-auth/client";
   *
   * await using client = await connect();
   * await client.service("AgentSecrets").deletePrefix("proj_999:");
   * ```
   */
  async deletePrefix(prefix: string | Iterable<string>, options?: DeleteOptions): Promise<void> {
    const prefixes = targetsOf(prefix, "prefix");
    const limits = this.#limits(options, DELETE);
    checkPrefixes(prefixes, options?.all === true);
    const { deletePrefix } = await import("./delete.ts");
    await this.#run(deletePrefix(this.name, prefixes), limits);
  }

  /**
   * Finds names. Needs `can_search` in the daemon's policy.
   *
   * @param prefix One prefix or several. Default: all names.
   * @param options Timeout and signal.
   * @returns Sorted names.
   *
   * @example
   * ```ts
   * import { connect } from "@keychain-auth/client";
   *
   * await using client = await connect();
   * console.log((await client.service("AgentSecrets").search("proj_123:")).length);
   * ```
   */
  async search(prefix?: string | Iterable<string>, options?: CallOptions): Promise<string[]> {
    const prefixes = prefix === undefined ? [] : targetsOf(prefix, "prefix");
    const limits = this.#limits(options);
    const { search } = await import("./search.ts");
    return await this.#run(search(this.name, prefixes), limits);
  }

  /**
   * Loads a typed object with one read. When it is logged or stringified, the object shows only its
   * names; its properties are the plain values.
   *
   * @param spec For each property the name of its secret, or an entry with `parse`, `optional`,
   * `default`.
   * @param options Timeout and signal.
   * @throws {MissingSecretsError} Naming every secret that is missing.
   * @throws {InvalidSecretError} When a `parse` throws.
   *
   * @example
   * ```ts
   * import { connect } from "@keychain-auth/client";
   *
   * await using client = await connect();
   * const config = await client.service("AgentSecrets").load({
   *   url: "proj_123:development:DATABASE_URL",
   *   port: { target: "proj_123:development:PORT", parse: Number, default: 5432 },
   * });
   * console.log(config.port); // 5432
   * ```
   */
  async load<const S extends LoadSpec>(spec: S, options?: CallOptions): Promise<Loaded<S>> {
    const limits = this.#limits(options);
    const { entriesToLoad, loaded, parsed, readEntries } = await import("./load.ts");
    const entries = entriesToLoad(spec);
    const values = await this.#run(readEntries(this.name, entries), limits);
    const parts = await Promise.all(entries.map((entry) => parsed(entry, values)));
    return loaded(entries, parts) as Loaded<S>;
  }

  /** A call with its own limits is sent alone. */
  #find(
    targets: readonly string[],
    options: CallOptions | undefined,
  ): Promise<ReadonlyMap<string, string>> {
    if (options === undefined) return this.#host.reads.find(this.name, targets);
    const limits = this.#limits(options);
    return limits.own
      ? this.#run(find(this.name, targets), limits)
      : this.#host.reads.find(this.name, targets);
  }

  #run<T>(operation: Operation<T>, limits: Limits): Promise<T> {
    // Reads that were collected in this turn go first, because the caller made them first.
    this.#host.reads.flush();
    return this.#host.session.run(operation, limits);
  }

  #limits(options: CallOptions | undefined, names?: readonly string[]): Limits {
    return limitsOf(options, this.#host.timeout, names);
  }
}
