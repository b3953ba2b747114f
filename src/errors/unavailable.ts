/**
 * Errors of connecting to the daemon.
 *
 * @module
 */

import { KeychainAuthError } from "./base.ts";
import { causeOf, withRemedy } from "./connection.ts";
import { shellWord } from "./shell_word.ts";

/** One endpoint that was tried. */
export interface Attempt {
  /** The socket path or pipe name. */
  readonly endpoint: string;
  /** The name of the system's error: `ENOENT`, `ECONNREFUSED`, … */
  readonly error: string;
  /** What that means, in words. */
  readonly reason: string;
}

/**
 * No daemon could be reached.
 *
 * @example
 * ```ts
 * import { connect, DaemonUnavailableError } from "@keychain-auth/client";
 *
 * try {
 *   await connect({ endpoint: "/nonexistent/agent.sock" });
 * } catch (error) {
 *   if (!(error instanceof DaemonUnavailableError)) throw error;
 *   console.log(error.tried[0]?.error); // "ENOENT"
 * }
 * ```
 */
export class DaemonUnavailableError extends KeychainAuthError {
  /** The name of the class, also where a bundler has renamed it. */
  override readonly name = "DaemonUnavailableError";
  /** What happened, for programs. */
  override readonly code = "daemon_unavailable" as const;
  /** Every endpoint that was tried, in order. */
  readonly tried: readonly Attempt[];
  /** What is wrong and what to do about it, in words. */
  readonly advice: string;
  /** The command to type, where one helps. */
  readonly remedy: string | undefined;

  /**
   * Made by the client; a program needs this only to play a failure in its tests.
   *
   * @param tried Every endpoint that was tried, in order.
   * @param options The last failure as `cause`, what to do as `advice`, and the command to type as
   * `remedy`.
   */
  constructor(
    tried: readonly Attempt[],
    options: { cause?: unknown; advice?: string; remedy?: string | undefined } = {},
  ) {
    const advice = options.advice ?? "Start the daemon with `keychain-auth start`";
    const lines = tried.map(({ endpoint, reason }) =>
      // The backslashes of a pipe's name stay as they are.
      `Cannot connect to ${JSON.stringify(endpoint).replaceAll("\\\\", "\\")}: ${reason}`
    );
    if (lines.length === 0) {
      lines.push("No endpoint to try: neither HOME nor XDG_RUNTIME_DIR is set");
    }
    lines.push(withRemedy(advice, options.remedy));
    super(lines.join("\n"), causeOf(options));
    this.tried = tried;
    this.advice = advice;
    this.remedy = options.remedy;
  }
}

/**
 * The runtime's own permission system forbids the connection.
 *
 * @example
 * ```ts
 * import { PermissionError } from "@keychain-auth/client";
 *
 * const error = new PermissionError("ffi", [["--allow-ffi=/lib/x86_64-linux-gnu/libc.so.6"]]);
 * console.log(error.flags[0]); // ["--allow-ffi=/lib/x86_64-linux-gnu/libc.so.6"]
 * ```
 */
export class PermissionError extends KeychainAuthError {
  /** The name of the class, also where a bundler has renamed it. */
  override readonly name = "PermissionError";
  /** What happened, for programs. */
  override readonly code = "permission" as const;
  /** What is not permitted. */
  readonly what: string;
  /** Sets of flags, any one of which is enough. */
  readonly flags: readonly (readonly string[])[];
  /** Flags to remove, because they override those that allow, such as `--deny-ffi`. */
  readonly without: readonly string[];

  /**
   * Made by the client; a program needs this only to play a failure in its tests.
   *
   * @param what What is not permitted.
   * @param flags Sets of flags, any one of which is enough.
   * @param options The runtime's own error as `cause`, and flags to remove as `without`.
   */
  constructor(
    what: string,
    flags: readonly (readonly string[])[],
    options: { cause?: unknown; without?: readonly string[] } = {},
  ) {
    const { without = [] } = options;
    const sets = flags.filter((set) => set.length > 0).map(flagLine).join("\nor with ");
    const changes = [
      ...(without.length > 0 ? [`without ${without.join(" and ")}`] : []),
      ...(sets === "" ? [] : [`with ${sets}`]),
    ];
    super(`Not permitted: ${what}. Run again ${changes.join(" and ")}`, causeOf(options));
    this.what = what;
    this.flags = flags;
    this.without = without;
  }

  /**
   * Combines the errors of several endpoints.
   *
   * @param errors One for each endpoint.
   * @returns One error for all of them, each set of flags named once.
   */
  static any(errors: readonly PermissionError[]): PermissionError {
    const sets = new Map(errors.flatMap(({ flags }) => flags).map((set) => [set.join(" "), set]));
    const what = errors.map((error) => error.what).join(", ");
    return new PermissionError(what, [...sets.values()], causeOf({ cause: errors[0]?.cause }));
  }
}

function flagLine(flags: readonly string[]): string {
  return flags.map((flag) => shellWord(flag)).join(" ");
}

/**
 * The transport does not work in this runtime.
 *
 * @example
 * ```ts
 * import { TransportUnavailableError } from "@keychain-auth/client";
 *
 * const error = new TransportUnavailableError("ffi", "Node 20 has no FFI");
 * console.log(error.transport); // "ffi"
 * ```
 */
export class TransportUnavailableError extends KeychainAuthError {
  /** The name of the class, also where a bundler has renamed it. */
  override readonly name = "TransportUnavailableError";
  /** What happened, for programs. */
  override readonly code = "transport_unavailable" as const;
  /** The transport's name. */
  readonly transport: string;

  /**
   * Made by the client; a program needs this only to play a failure in its tests.
   *
   * @param transport The transport's name.
   * @param reason Why it does not work here.
   */
  constructor(transport: string, reason: string) {
    super(`Transport ${JSON.stringify(transport)} is not available: ${reason}`);
    this.transport = transport;
  }
}

/**
 * The process that listens at the endpoint runs as a user who is neither root, the caller, nor the
 * owner of the daemon's system folder, or such a user could have put the socket there. Nothing was
 * sent.
 *
 * @example
 * ```ts
 * import { UntrustedPeerError } from "@keychain-auth/client";
 *
 * console.log(new UntrustedPeerError("/tmp/agent.sock", 1001).uid); // 1001
 * ```
 */
export class UntrustedPeerError extends KeychainAuthError {
  /** The name of the class, also where a bundler has renamed it. */
  override readonly name = "UntrustedPeerError";
  /** What happened, for programs. */
  override readonly code = "untrusted_peer" as const;
  /** The endpoint that was refused. */
  readonly endpoint: string;
  /**
   * The user id of the process that listens, or of the owner of the folder or link that is not
   * trusted. `undefined` when no user is known and the option `peer` requires one.
   */
  readonly uid: number | undefined;
  /** The command to type, where one helps. */
  readonly remedy: string | undefined;

  /**
   * Made by the client; a program needs this only to play a failure in its tests.
   *
   * @param endpoint The endpoint that was refused.
   * @param uid The user id of the process that listens, if it is known.
   * @param why What is wrong and what to do, when the reason is not that user.
   * @param remedy The command to type.
   */
  constructor(
    endpoint: string,
    uid: number | undefined,
    why: string = `its socket belongs to user id ${uid}, who is neither root nor you nor the ` +
      "daemon's system user. " +
      `To trust it, set the option peer: { uids: [${uid}] }`,
    remedy?: string,
  ) {
    super(withRemedy(`Refused to connect to ${JSON.stringify(endpoint)}: ${why}`, remedy));
    this.endpoint = endpoint;
    this.uid = uid;
    this.remedy = remedy;
  }
}
