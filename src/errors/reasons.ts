/**
 * Actions and reasons of the protocol, shared by requests and errors.
 *
 * @module
 */

/** What the daemon can be asked to do. */
export type Action = "read" | "write" | "delete" | "search" | "check";

/** The reason of a denial that the daemon sends to an unknown executable before it closes. */
export const UNREGISTERED = "unregistered_binary_pending_approval";

/** Reasons for a denial that the daemon declares. Any other reason passes through unchanged. */
export type DeniedReason =
  | "service_not_allowed"
  | "action_not_in_policy"
  | "unregistered_binary_pending_approval"
  | "target_not_allowed"
  | "hash_mismatch_during_fork"
  | (string & Record<never, never>);

/** Reasons for an error that the daemon declares. Any other reason passes through unchanged. */
export type ErrorReason = "malformed_request" | "internal_error" | (string & Record<never, never>);

/**
 * The longest request line that the daemon reads, in bytes before its line feed: 65,535, seen on a
 * running 3.x daemon. The daemon resets the connection at one byte more, without a reply.
 */
export const MAX_LINE = 65_535;

/** Characters of a reason that a message shows. The daemon's own reasons have 36 at most. */
const SHOWN = 100;

/**
 * Makes a daemon's reason safe for a message: a hostile one could contain megabytes, or control
 * characters and line feeds that forge advice in a terminal.
 *
 * @param reason The reason as it was received.
 */
export function shownReason(reason: string): string {
  const text = reason.slice(0, SHOWN).replace(
    // Control, formatting (bidirectional too), unassigned and surrogate characters, and separators.
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
  return reason.length > SHOWN ? `${text}…` : text;
}
