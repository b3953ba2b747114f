/**
 * Frames: requests as the bytes of one line, at most {@linkcode MAX_LINE} long, and the cutting of
 * larger batches into several.
 *
 * @module
 */

import { RequestTooLargeError } from "../errors/request.ts";
import { type Action, type Match, MAX_LINE, type Request } from "./envelope.ts";

/** One request, ready to be sent, and what is needed to check its reply. */
export interface Frame {
  /** What is asked. */
  readonly action: Action;
  /** Of which service. */
  readonly service: string;
  /** How the targets are compared. */
  readonly match: Match;
  /** What it is about; a sound reply names nothing else. */
  readonly targets: readonly string[];
  /** The one target of an exact read as JSON writes it. */
  readonly quoted?: string;
  /** The line with its line feed. Overwritten with zeros when it is no longer needed. */
  readonly bytes: Uint8Array;
}

/** What a batch is made of: one action on many targets. */
export interface Batch {
  readonly action: Action;
  readonly service: string;
  readonly match?: Match;
  readonly targets: readonly string[];
  readonly values?: readonly string[];
}

const encoder = new TextEncoder();

/**
 * Encodes one request as it is.
 *
 * @param request A request that was checked.
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
export function encodeFrame(request: Request): Frame {
  const { action, service, match, targets, values, attributes } = request;
  if (action === "read" && targets?.length === 1 && !match && !values && !attributes) {
    return singleFrame({ action, service, targets });
  }
  const line = JSON.stringify({
    type: "REQUEST",
    action,
    service,
    match,
    targets,
    values,
    attributes,
  });
  return frame({ action, service, match, targets: targets ?? [] }, line + "\n");
}

/**
 * Cuts a batch into as few frames as its order allows, by the bytes of the encoded line. Lazy: a
 * frame is encoded when it is asked for.
 *
 * @param batch A batch that was checked. No targets give one frame without the key.
 * @throws {RequestTooLargeError} Before the first frame, when one target with its value fits none.
 */
export function splitBatch(batch: Batch): Iterable<Frame> {
  if (batch.targets.length === 1 && batch.values === undefined) return [singleFrame(batch)];
  const whole = wholeFrame(batch);
  if (whole !== undefined) return [whole];
  const head = headOf(batch);
  const encoded = batch.targets.map((target) => JSON.stringify(target));
  const values = batch.values?.map((value) => JSON.stringify(value));
  // Head, "]}" or "],\"values\":[" + "]}", and one comma less than items in each list.
  const frameSize = utf8Length(head) + (values ? VALUES.length : 0) + TAIL.length;
  const sizes = encoded.map((item, index) =>
    utf8Length(item) + (values ? utf8Length(values[index]!) : 0)
  );
  const comma = values ? 2 : 1;
  sizes.forEach((size, index) => {
    if (frameSize + size > MAX_LINE) {
      throw new RequestTooLargeError(frameSize + size, batch.targets[index]);
    }
  });
  return cut();

  function* cut(): Generator<Frame> {
    let from = 0;
    do {
      let size = frameSize + (sizes[from] ?? 0);
      let to = from + 1;
      while (to < sizes.length && size + comma + sizes[to]! <= MAX_LINE) {
        size += comma + sizes[to++]!;
      }
      const line = head + encoded.slice(from, to).join(",") +
        (values ? VALUES + values.slice(from, to).join(",") : "") + TAIL + "\n";
      yield frame({ ...batch, targets: batch.targets.slice(from, to) }, line);
      from = to;
    } while (from < sizes.length);
  }
}

const TAIL = "]}";
const VALUES = '],"values":[';

/** All of a batch in one frame, found out by trying: nearly every batch fits. */
function wholeFrame(batch: Batch): Frame | undefined {
  const { targets, values } = batch;
  let units = 0;
  for (const target of targets) units += target.length;
  for (const value of values ?? []) units += value.length;
  // Encoded it is no shorter.
  if (units > MAX_LINE) return undefined;
  const line = headOf(batch) + JSON.stringify(targets).slice(1, -1) +
    (values ? VALUES + JSON.stringify(values).slice(1, -1) : "") + TAIL + "\n";
  if (line.length - 1 > MAX_LINE) return undefined;
  const bytes = encode(line);
  if (bytes.length - 1 <= MAX_LINE) return frameOf(batch, bytes);
  bytes.fill(0);
  return undefined;
}

function singleFrame(batch: Batch): Frame {
  const { action, match, targets: [target] } = batch;
  const json = JSON.stringify(target);
  const quoted = action === "read" && match !== "prefix" ? json : undefined;
  return frame(batch, headOf(batch) + json + TAIL + "\n", target, quoted);
}

function headOf({ action, service, match }: Batch): string {
  return `{"type":"REQUEST","action":"${action}","service":${quote(service)}` +
    (match === "prefix" ? ',"match":"prefix"' : "") + ',"targets":[';
}

/** The service that was asked last, and how JSON writes it: mostly it is the next one too. */
let asked = "";
let askedQuoted = '""';

function quote(service: string): string {
  if (service !== asked) {
    asked = service;
    askedQuoted = JSON.stringify(service);
  }
  return askedQuoted;
}

function frame(
  batch: Omit<Batch, "values">,
  line: string,
  target?: string,
  quoted?: string,
): Frame {
  const bytes = encode(line);
  if (bytes.length - 1 <= MAX_LINE) return frameOf(batch, bytes, quoted);
  bytes.fill(0);
  throw new RequestTooLargeError(bytes.length - 1, target);
}

function frameOf(
  { action, service, match, targets }: Batch,
  bytes: Uint8Array,
  quoted?: string,
): Frame {
  return { action, service, match: match ?? "exact", targets, quoted, bytes };
}

/** Overwrites a request that is no longer needed. Only writes carry values. */
export function wipe({ action, bytes }: Frame): void {
  if (action === "write") bytes.fill(0);
}

/** Small frames share buffers: to make an array costs an engine more than to encode a line. */
const SHARED = 16 * 1024;
let shared = new Uint8Array(SHARED);
let used = 0;

function encode(line: string): Uint8Array {
  // UTF-8 takes at most three bytes for each unit of a string.
  const longest = line.length * 3;
  if (longest > SHARED / 8) return encoder.encode(line);
  if (longest > SHARED - used) {
    shared = new Uint8Array(SHARED);
    used = 0;
  }
  const { written } = encoder.encodeInto(line, shared.subarray(used));
  return shared.subarray(used, used += written);
}

/** The number of bytes of a well-formed string in UTF-8. */
function utf8Length(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    // A surrogate pair takes four bytes, so each of its two units adds one to its own count.
    if (unit > 0x7f) length += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return length;
}
