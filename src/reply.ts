/**
 * From a line to a reply that fits its request.
 *
 * @module
 */

import { checkEcho } from "./echo.ts";
import type { Frame } from "./frame.ts";
import { parseResponse, type Response } from "./protocol.ts";

/**
 * @param frame The request that the line answers.
 * @param line The reply without its line feed.
 * @throws {ProtocolError} When it is no reply, or one to another request.
 */
export function readReply(frame: Frame, line: Uint8Array): Response {
  const response = parseResponse(line);
  checkEcho(frame, response);
  return response;
}
