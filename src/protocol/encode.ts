/**
 * Requests as bytes. One request is one line of at most {@linkcode MAX_LINE} bytes; a larger batch
 * becomes several requests.
 *
 * @module
 */

import { RequestTooLargeError } from "../errors/request.ts";
import { type Action, MAX_LINE, type RawMatch, type RawRequest } from "./envelope.ts";

/** One encoded request, with what is needed to verify its reply. */
export interface Frame {
  /** The action that the request asks for. */
  readonly action: Action;
  /** The service that it asks about. */
  readonly service: string;
  /** How the daemon compares the targets. */
  readonly match: RawMatch;
  /** The targets. A valid reply names nothing else. */
  readonly targets: readonly string[];
  /** The line with its line feed. Overwritten with zeros once a write no longer needs it. */
  readonly bytes: Uint8Array;
}

/** One action on many targets. */
export interface TargetBatch {
  /** What to do. */
  readonly action: Action;
  /** The service that the targets belong to. */
  readonly service: string;
  /** How the daemon compares the targets. Default: `"exact"`. */
  readonly match?: RawMatch;
  /** Any number of names, or prefixes of names. */
  readonly targets: readonly string[];
  /** One value for each target of a write. */
  readonly values?: readonly string[];
}

const encoder = new TextEncoder();

/**
 * Encodes one request.
 *
 * @param request A valid request.
 * @throws {RequestTooLargeError} When its line is longer than the daemon reads.
 *
 * @example
 * ```ts
 * import { encodeFrame } from "@keychain-auth/client/core";
 *
 * const { bytes } = encodeFrame({ action: "read", service: "AgentSecrets", targets: ["KEY"] });
 * console.log(new TextDecoder().decode(bytes));
 * // {"type":"REQUEST","action":"read","service":"AgentSecrets","targets":["KEY"]}
 * ```
 */
export function encodeFrame(request: RawRequest): Frame {
  const frame = tryFrame(request);
  if (typeof frame !== "number") return frame;
  const { targets } = request;
  throw new RequestTooLargeError(frame, targets?.length === 1 ? targets[0] : undefined);
}

/**
 * Encodes a batch as few requests as the order of its targets allows.
 *
 * @param batch A valid batch. No targets give one request without targets.
 * @throws {RequestTooLargeError} When one target with its value does not fit into a line. Nothing
 * is encoded then.
 *
 * @example
 * ```ts
 * import { splitBatch } from "@keychain-auth/client/core";
 *
 * const targets = Array.from({ length: 10_000 }, (_, index) => `KEY_${index}`);
 * const frames = splitBatch({ action: "read", service: "AgentSecrets", targets });
 * console.log(frames.length); // 2
 * ```
 */
export function splitBatch(batch: TargetBatch): Frame[] {
  const whole = tryFrame(batch);
  if (typeof whole !== "number") return [whole];
  const { targets, values } = batch;
  const part = (from: number, to: number): Frame =>
    encodeFrame({ ...batch, targets: targets.slice(from, to), values: values?.slice(from, to) });
  const head = part(0, 0).bytes.length - 1;
  const comma = values ? 2 : 1;
  const sizes = targets.map((target, at) => {
    const size = utf8Length(JSON.stringify(target)) +
      (values ? utf8Length(JSON.stringify(values[at])) : 0);
    if (head + size > MAX_LINE) throw new RequestTooLargeError(head + size, target);
    return size;
  });
  const frames: Frame[] = [];
  for (let from = 0, to = 1; from < targets.length; from = to++) {
    let size = head + sizes[from]!;
    while (to < sizes.length && size + comma + sizes[to]! <= MAX_LINE) {
      size += comma + sizes[to++]!;
    }
    frames.push(part(from, to));
  }
  return frames;
}

/**
 * Overwrites a request that is no longer needed. Only writes carry values, so others stay.
 *
 * @param frame The request.
 *
 * @example
 * ```ts
 * import { encodeFrame, wipe } from "@keychain-auth/client/core";
 *
 * const service = "AgentSecrets";
 * const frame = encodeFrame({ action: "write", service, targets: ["KEY"], values: ["v"] });
 * // Send frame.bytes, then:
 * wipe(frame);
 * console.log(frame.bytes.every((byte) => byte === 0)); // true
 * ```
 */
export function wipe({ action, bytes }: Frame): void {
  if (action === "write") bytes.fill(0);
}

/** @returns The frame, or the size of its line when that is too long for the daemon. */
function tryFrame(request: RawRequest): Frame | number {
  const { action, service, match, targets, values, attributes } = request;
  // The keys in the order that the daemon's own clients use.
  const envelope = {
    type: "REQUEST",
    action,
    service,
    match,
    targets,
    values,
    attributes,
  };
  const line = JSON.stringify(envelope) + "\n";
  // A unit of the string takes up to three bytes, so most lines need not be counted.
  const size = line.length * 3 > MAX_LINE ? utf8Length(line) - 1 : 0;
  if (size > MAX_LINE) return size;
  const bytes = encoder.encode(line);
  return { action, service, match: match ?? "exact", targets: targets ?? [], bytes };
}

/** The number of bytes of a well-formed string in UTF-8. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // A surrogate pair takes four bytes, so each of its two units adds one to its own count.
    if (unit > 0x7f) length += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return length;
}
