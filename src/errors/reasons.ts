/**
 * What the daemon can be asked, and why it refuses: the words that requests and errors share.
 *
 * @module
 */

/** What the daemon can be asked to do. */
export type Action = "read" | "write" | "delete" | "search" | "check";

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
