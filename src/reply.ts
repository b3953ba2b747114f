/**
 * From a line to a reply that fits its request.
 *
 * @module
 */

import { checkEcho } from "./echo.ts";
import { ProtocolError } from "./errors/connection.ts";
import type { Frame } from "./frame.ts";
import { parseResponse, type Response } from "./protocol.ts";

/** What is wrong with a success that cannot be one, for the request never arrived. */
export const UNASKED = "a reply came that nobody asked for";

/**
 * @param frame The request that the line answers.
 * @param line The reply without its line feed.
 * @param sent Whether the request went out whole. What did not can be denied, but not succeed.
 * @throws {ProtocolError} When it is no reply, or one to another request.
 */
export function readReply(frame: Frame, line: Uint8Array, sent: boolean): Response {
  const response = parseResponse(line);
  if (!sent && response.status === "success") throw new ProtocolError(UNASKED);
  checkEcho(frame, response);
  return response;
}
