/**
 * Denials, with the command that lifts them.
 *
 * @module
 */

import type { Action, DeniedReason } from "../protocol/envelope.ts";
import { shellWord } from "./shell_word.ts";
import { KeychainAuthError } from "./base.ts";

/** The program that the daemon sees as the caller. */
export interface Executable {
  /** Real path, links resolved, as the kernel says. */
  readonly path: string;
  /** SHA-256 of the file in lower-case hexadecimal; `undefined` when it could not be read. */
  readonly sha256?: string;
  /** Whether it is a runtime that runs anybody's scripts: deno, bun or node. */
  readonly shared: boolean;
  /** Whether the file was replaced or deleted since the process started. */
  readonly replaced?: boolean;
}

/**
 * The daemon refused because of its policy.
 *
 * @example Printing the way out
 * ```ts
 * import { DeniedError } from "@keychain-auth/client";
 *
 * const error = new DeniedError("service_not_allowed", "AgentSecrets", "read", {
 *   path: "/opt/tool",
 *   shared: false,
 * });
 * console.log(error.remedy); // "keychain-auth authorize /opt/tool AgentSecrets"
 * ```
 */
export class DeniedError extends KeychainAuthError {
  /** What happened, for programs. */
  override readonly code = "denied" as const;
  /** The daemon's reason code. Unknown ones are kept as they are. */
  readonly reason: DeniedReason;
  /** The service that was asked for. */
  readonly service: string;
  /** What was asked. */
  readonly action: Action;
  /** Real path of the executable that the daemon saw, where this process can tell. */
  readonly executable: string | undefined;
  /** SHA-256 of that file in lower-case hexadecimal, where this process can read it. */
  readonly sha256: string | undefined;
  /**
   * The command to type. `authorize` grants read, write and search of the service at once. Nothing
   * grants `check`: after it, the command that finds out what this program may do.
   */
  readonly remedy: string;
  /** What the remedy would allow besides: set when the executable is a shared runtime. */
  readonly warning: string | undefined;

  /**
   * Made by the client; a program needs this only to play a failure in its tests.
   *
   * @param reason The daemon's reason code.
   * @param service The service that was asked for.
   * @param action What was asked.
   * @param executable The calling program, where it is known.
   */
  constructor(reason: string, service: string, action: Action, executable?: Executable) {
    const program = shellWord(executable?.path ?? "PATH");
    // Nothing grants `check`: what a program may do is found out by asking for it.
    const useless = reason === "action_not_in_policy" && action === "check";
    const remedy = useless
      ? `kca doctor --service ${shellWord(service)}`
      : `keychain-auth authorize ${program} ${shellWord(service)}`;
    const warning = executable?.shared && !useless
      ? `This approves every script that ${executable.path} runs; a compiled program ` +
        "(bun build --compile, deno compile) has an identity of its own"
      : undefined;
    super(
      `Denied (${reason}): ${meaning(reason, service, action)}. Type: ${remedy}` +
        (warning === undefined ? "" : `\n${warning}`),
    );
    this.reason = reason;
    this.service = service;
    this.action = action;
    this.executable = executable?.path;
    this.sha256 = executable?.sha256;
    this.remedy = remedy;
    this.warning = warning;
  }
}

function meaning(reason: string, service: string, action: Action): string {
  const name = JSON.stringify(service);
  switch (reason) {
    case "unregistered_binary_pending_approval":
      return "the daemon does not know this executable";
    case "service_not_allowed":
      return `this executable may not ${action} in service ${name}`;
    case "action_not_in_policy":
      return action === "check"
        ? "the daemon answers check to its own executable only"
        : `this executable may not search or use prefixes in service ${name}`;
    default:
      return `the daemon's policy forbids ${action} in service ${name}`;
  }
}
