/**
 * Denials, with the command that grants access.
 *
 * @module
 */

import { KeychainAuthError } from "./base.ts";
import { type Action, type DeniedReason, shownReason, UNREGISTERED } from "./reasons.ts";
import { isWindowsPath, shellFlag, shellWord } from "./shell_word.ts";

/** The program that the daemon sees as the caller. */
export interface Executable {
  /** The real path, with links resolved, as the kernel reports it. */
  readonly path: string;
  /** SHA-256 of the file in lower-case hexadecimal; `undefined` when it could not be read. */
  readonly sha256?: string;
  /** True for a runtime that runs any script: deno, bun or node. */
  readonly shared: boolean;
  /** True when the file was replaced or deleted after the process started. */
  readonly replaced?: boolean;
}

/**
 * The daemon's policy forbids the request.
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
  /** The name of the class, also where a bundler has renamed it. */
  override readonly name = "DeniedError";
  /** What happened, for programs. */
  override readonly code = "denied" as const;
  /** The daemon's reason code. Unknown ones are kept as they are; the message shows 100 characters. */
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
   * The command to type. `authorize` grants reading, writing and searching the service. No command
   * grants `check`; its remedy shows what this program may do.
   */
  readonly remedy: string;
  /** What else the remedy allows. Set when the executable is a shared runtime. */
  readonly warning: string | undefined;
  /** What to know about the remedy, where the command is not enough. */
  readonly advice: string | undefined;

  /**
   * Made by the client; a program needs this only to play a failure in its tests.
   *
   * @param reason The daemon's reason code.
   * @param service The service that was asked for.
   * @param action What was asked.
   * @param executable The calling program, where it is known.
   * @param known The command to type as `remedy`, and what to know about it as `advice`, where the
   * situation calls for more than approving the executable.
   */
  constructor(
    reason: string,
    service: string,
    action: Action,
    executable?: Executable,
    known: { remedy?: string | undefined; advice?: string | undefined } = {},
  ) {
    const path = executable?.path ?? "PATH";
    const useless = reason === "action_not_in_policy" && action === "check";
    const remedy = useless
      ? `kca doctor ${shellFlag("service", service, isWindowsPath(path))}`
      : known.remedy ?? authorizeCommand(path, service);
    const advice = useless ? undefined : known.advice;
    const warning = executable?.shared && !useless
      ? `This approves every script that ${executable.path} runs. A compiled program ` +
        "(bun build --compile, deno compile) has its own identity"
      : undefined;
    super(
      `Denied (${shownReason(reason)}): ${meaning(reason, service, action)}. Type: ${remedy}` +
        [advice, warning].filter((line) => line !== undefined).map((line) => `\n${line}`).join(""),
    );
    this.reason = reason;
    this.service = service;
    this.action = action;
    this.executable = executable?.path;
    this.sha256 = executable?.sha256;
    this.remedy = remedy;
    this.warning = warning;
    this.advice = advice;
  }
}

function meaning(reason: string, service: string, action: Action): string {
  const name = JSON.stringify(service);
  switch (reason) {
    case UNREGISTERED:
      return "the daemon does not know this executable";
    case "service_not_allowed":
      return `this executable may not ${action} in service ${name}`;
    case "action_not_in_policy":
      return action === "check"
        ? "the daemon answers the action check only to its own executable"
        : `this executable may not search or use prefixes in service ${name}`;
    default:
      return `the daemon's policy forbids ${action} in service ${name}`;
  }
}

/**
 * @param path The real path of a program.
 * @param service The service that it is to use.
 * @param daemon The daemon's command, as it must be called here.
 * @returns The command that lets the program read, write and search the service.
 */
export function authorizeCommand(
  path: string,
  service: string,
  daemon: string = "keychain-auth",
): string {
  const windows = isWindowsPath(path);
  return `${daemon} authorize ${shellWord(path, windows)} ${shellWord(service, windows)}`;
}
