/**
 * Frames: requests as the bytes of one line, at most {@linkcode MAX_LINE} long, and the cutting of
 * larger batches into several.
 *
 * @module
 */

import { RequestTooLargeError } from "./errors/request.ts";
import { type Action, type Match, MAX_LINE, type Request } from "./protocol.ts";

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

/**
 * The frame of one exact read, which is most of all frames. Its beginning is the same for a whole
 * service, and a name is short and nearly always ASCII: copying bytes beats encoding a string.
 */
function singleFrame(batch: Batch): Frame {
  const [target] = batch.targets as readonly [string];
  const name = JSON.stringify(target);
  const head = batch.match === "prefix" ? encoder.encode(headOf(batch)) : headBytes(batch);
  const bytes = new Uint8Array(head.length + name.length + LAST.length);
  bytes.set(head);
  let at = head.length;
  for (let index = 0; index < name.length; index++) {
    const unit = name.charCodeAt(index);
    if (unit > 0x7f) return frame(batch, `${headOf(batch)}${name}]}\n`, target);
    bytes[at++] = unit;
  }
  bytes.set(LAST, at);
  if (bytes.length - 1 > MAX_LINE) throw new RequestTooLargeError(bytes.length - 1, target);
  const { action, service, match = "exact", targets } = batch;
  return { action, service, match, targets, bytes };
}

const LAST = encoder.encode("]}\n");

let lastHead = { action: "", service: "", bytes: new Uint8Array() };

/** The beginning of an exact request; that of the last service is kept. */
function headBytes(batch: Batch): Uint8Array {
  const { action, service } = batch;
  if (lastHead.service !== service || lastHead.action !== action) {
    lastHead = { action, service, bytes: encoder.encode(headOf(batch)) };
  }
  return lastHead.bytes;
}

function headOf({ action, service, match }: Batch): string {
  return `{"type":"REQUEST","action":"${action}","service":${JSON.stringify(service)}` +
    (match === "prefix" ? ',"match":"prefix"' : "") + ',"targets":[';
}

function frame(
  { action, service, match, targets }: Omit<Batch, "values">,
  line: string,
  target?: string,
): Frame {
  const bytes = encoder.encode(line);
  if (bytes.length - 1 > MAX_LINE) throw new RequestTooLargeError(bytes.length - 1, target);
  return { action, service, match: match ?? "exact", targets, bytes };
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
