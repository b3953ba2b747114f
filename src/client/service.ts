/**
 * The secrets of one service.
 *
 * @module
 */

import { type Budget, budgetOf, type CallOptions } from "./budget.ts";
import { checkText, type Entries, entriesOf, targetsOf } from "./validate.ts";
import type { Coalescer } from "./read_batch.ts";
import { type Deleted, deletePrefix, deleteTargets } from "./delete.ts";
import type { Found } from "./found.ts";
import { load, type Loaded, type LoadSpec } from "./load.ts";
import { type Operation, readPrefix, search, write } from "./operations.ts";
import { Secret, type SecretMap } from "./secret.ts";
import type { Session } from "./session.ts";

/** Options of a prefix delete. */
export interface DeletePrefixOptions extends CallOptions {
  /** Must be `true` to delete with an empty prefix, which means every secret of the service. */
  readonly all?: boolean;
}

/** What a service needs of its client. */
export interface ServiceHost {
  readonly timeout: number | undefined;
  readonly reads: Coalescer;
  readonly run: Session["run"];
}

/**
 * The secrets of one service. Made by `client.service(name)`; costs nothing and holds no connection.
 *
 * Every method rejects with {@linkcode InvalidRequestError} before anything is sent when its
 * arguments are no well-formed strings, {@linkcode DeniedError} when the policy forbids it,
 * {@linkcode DaemonError} when the daemon fails, {@linkcode TimeoutError} when it is late,
 * {@linkcode ConnectionLostError} when the connection ends, {@linkcode ProtocolError} when a reply
 * does not fit, and with the signal's reason when it is aborted.
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
  get(target: string, options?: CallOptions): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      checkText(target, "target");
      this.#host.reads.add(this.name, {
        targets: [target],
        budget: this.#budget(options),
        resolve: (found) => resolve(found.get(target)),
        reject,
      });
    });
  }

  /**
   * Reads secrets by their whole names. Any number of them: larger lists are cut into several
   * requests, which are sent at once.
   *
   * @param targets Names. A repeated one is asked for once.
   * @param options Timeout and signal.
   * @returns What exists, in the order of the targets; misses are absent.
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
  read(targets: string | Iterable<string>, options?: CallOptions): Promise<SecretMap> {
    return new Promise((resolve, reject) => {
      const list = targetsOf(targets, "targets");
      this.#host.reads.add(this.name, {
        targets: list,
        budget: this.#budget(options),
        resolve: (found) => resolve(pickSecrets(found, list)),
        reject,
      });
    });
  }

  /**
   * Reads all secrets whose names begin with a prefix: a whole environment in one round trip. Needs
   * `can_search` in the daemon's policy.
   *
   * @param prefix One prefix or several. `""` means every secret of the service.
   * @param options Timeout and signal.
   * @returns What exists, sorted by name.
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
  readPrefix(prefix: string | Iterable<string>, options?: CallOptions): Promise<SecretMap> {
    return this.#run(() => readPrefix(this.name, targetsOf(prefix, "prefix")), options);
  }

  /**
   * Writes secrets, overwriting what is there. Any number of them.
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
  write(entries: Entries, options?: CallOptions): Promise<void> {
    return this.#run(() => write(this.name, entriesOf(entries)), options);
  }

  /**
   * Deletes secrets by their whole names. Deleting what does not exist is no error.
   *
   * The daemon fails on a missing name with the ones before it gone, so which exist is found out
   * first: by a search, or, where the policy forbids that, by deleting one by one.
   *
   * @param targets Names.
   * @param options Timeout and signal.
   * @returns What was deleted and what was missing.
   * @throws {PartialFailureError} When only some of the existing ones were deleted, or when the
   * policy allows no way to tell a missing one from a failure.
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
  delete(targets: string | Iterable<string>, options?: CallOptions): Promise<Deleted> {
    return this.#run(() => deleteTargets(this.name, targetsOf(targets, "targets")), options);
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
  deletePrefix(prefix: string | Iterable<string>, options?: DeletePrefixOptions): Promise<void> {
    return this.#run(
      () => deletePrefix(this.name, targetsOf(prefix, "prefix"), options?.all === true),
      options,
    );
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
  search(prefix?: string | Iterable<string>, options?: CallOptions): Promise<string[]> {
    return this.#run(
      () => search(this.name, prefix === undefined ? [] : targetsOf(prefix, "prefix")),
      options,
    );
  }

  /**
   * Loads a typed object with one read. The object shows its names only when it is logged or
   * stringified; its properties are the plain values.
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
  load<const S extends LoadSpec>(spec: S, options?: CallOptions): Promise<Loaded<S>> {
    return this.#run(() => load(this.name, spec), options);
  }

  #budget(options: CallOptions | undefined): Budget {
    return budgetOf(options, this.#host.timeout);
  }

  /** Arguments are checked inside, so that a bad one rejects rather than throws. */
  #run<T>(operation: () => Operation<T>, options: CallOptions | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#host.run(operation(), this.#budget(options), resolve, reject);
    });
  }
}

/** Those that exist, in the order of the targets. */
function pickSecrets(found: Found, targets: readonly string[]): SecretMap {
  const own = new Map<string, Secret>();
  for (const target of targets) {
    const value = found.get(target);
    if (value !== undefined) own.set(target, new Secret(value));
  }
  return own;
}
