/**
 * The daemon's fixed replies, without their line feeds. Written out here and not shared with the
 * client or the embedded daemon: with shared constants, a wrong one would not be noticed.
 *
 * @module
 */

export const OK = '{"type":"RESPONSE","status":"success"}';
export const MAL = '{"type":"RESPONSE","status":"error","reason":"malformed_request"}';
export const INT = '{"type":"RESPONSE","status":"error","reason":"internal_error"}';
export const SNA = '{"type":"RESPONSE","status":"denied","reason":"service_not_allowed"}';
export const ANP = '{"type":"RESPONSE","status":"denied","reason":"action_not_in_policy"}';
export const UNREG =
  '{"type":"RESPONSE","status":"denied","reason":"unregistered_binary_pending_approval"}';

/** A successful reply with these results, written as they are. */
export function found(...results: string[]): string {
  return `{"type":"RESPONSE","status":"success","results":[${results.join()}]}`;
}
