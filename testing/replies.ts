import type { RawResult } from "../src/protocol/envelope.ts";

// Byte for byte what a running 3.x daemon sends, key order included.

/** A success with nothing to return. */
export const OK: string = '{"type":"RESPONSE","status":"success"}\n';
/** The request is malformed, or not a JSON object. */
export const MALFORMED: string =
  '{"type":"RESPONSE","status":"error","reason":"malformed_request"}\n';
/** The store failed, or a target to be deleted does not exist. */
export const INTERNAL: string = '{"type":"RESPONSE","status":"error","reason":"internal_error"}\n';
/** The policy does not list the service. */
export const SERVICE_NOT_ALLOWED: string =
  '{"type":"RESPONSE","status":"denied","reason":"service_not_allowed"}\n';
/** The policy does not allow searches, or the action is not for clients. */
export const ACTION_NOT_IN_POLICY: string =
  '{"type":"RESPONSE","status":"denied","reason":"action_not_in_policy"}\n';
/** The executable is not registered. */
export const UNREGISTERED: string =
  '{"type":"RESPONSE","status":"denied","reason":"unregistered_binary_pending_approval"}\n';

/** @returns The reply line for a success with these results. */
export function success(results: readonly RawResult[]): string {
  if (results.length === 0) return OK;
  return `{"type":"RESPONSE","status":"success","results":${
    escapeHtml(JSON.stringify(results))
  }}\n`;
}

// The daemon is written in Go, whose JSON encoder escapes these characters for HTML and old
// JavaScript. In JSON text they can occur only inside strings.
function escapeHtml(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (char) => "\\u" + char.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}
