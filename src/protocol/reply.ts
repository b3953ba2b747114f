/**
 * From a line to a reply that fits its request.
 *
 * @module
 */

import { checkEcho } from "./verify_reply.ts";
import { ProtocolError } from "../errors/connection.ts";
import type { Frame } from "./encode.ts";
import { parseResponse, type Response } from "./envelope.ts";

/** What is wrong with a success that cannot be one, for the request never arrived. */
export const UNASKED = "a reply came that nobody asked for";

/**
 * @param frame The request that the line answers.
 * @param line The reply without its line feed.
 * @param sent Whether the request went out whole. What did not can be denied, but not succeed.
 * @throws {ProtocolError} When it is no reply, or one to another request.
 */
export function readReply(frame: Frame, line: string, sent: boolean): Response {
  const only = sent ? onlySecret(frame, line) : undefined;
  if (only !== undefined) return only;
  const response = parseResponse(line);
  if (!sent && response.status === "success") throw new ProtocolError(UNASKED);
  checkEcho(frame, response);
  return response;
}

const HEAD = '{"type":"RESPONSE","status":"success","results":[{"target":';
const VALUE = ',"value":"';
const TAIL = '"}]}';
/** What a JSON string holds in another form, or cannot hold. */
// deno-lint-ignore no-control-regex
const ESCAPED = /["\\\u0000-\u001f]/;

/**
 * The reply to a read of one secret, when it is word for word what the daemon writes and there is
 * nothing to unescape. Then it is one whose only name is the one that was asked for, and to see that
 * takes a tenth of the time that parsing does.
 */
function onlySecret({ quoted, targets }: Frame, text: string): Response | undefined {
  if (quoted === undefined || !text.startsWith(HEAD) || !text.endsWith(TAIL)) return undefined;
  let at = HEAD.length;
  if (!text.startsWith(quoted, at) || !text.startsWith(VALUE, at += quoted.length)) {
    return undefined;
  }
  at += VALUE.length;
  const end = text.length - TAIL.length;
  if (end < at) return undefined;
  const value = text.slice(at, end);
  if (ESCAPED.test(value)) return undefined;
  return { type: "RESPONSE", status: "success", results: [{ target: targets[0]!, value }] };
}
