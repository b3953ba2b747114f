import { wellFormed } from "./store.ts";

/** A request as the daemon decodes it: absent fields are empty. */
export interface Envelope {
  readonly type: string;
  readonly action: string;
  readonly service: string;
  readonly match: string;
  readonly targets: readonly string[];
  readonly values: readonly string[];
}

// The byte order mark stays, so that JSON.parse refuses it as the daemon does.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Decodes one line as the daemon's JSON decoder does: unknown properties are ignored, `null` counts
 * as absent, a field of the wrong type spoils the whole line.
 *
 * @param line The bytes before the line feed.
 * @returns The request, or undefined when the line cannot be decoded.
 */
export function parseEnvelope(line: Uint8Array): Envelope | undefined {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(line));
  } catch {
    return undefined;
  }
  if (value === null) value = {};
  if (typeof value !== "object" || Array.isArray(value)) return undefined;
  const fields = value as Record<string, unknown>;
  const type = text(fields.type);
  const action = text(fields.action);
  const service = text(fields.service);
  const match = text(fields.match);
  const targets = texts(fields.targets);
  const values = texts(fields.values);
  if (
    type === undefined || action === undefined || service === undefined || match === undefined ||
    targets === undefined || values === undefined || !isAttributes(fields.attributes)
  ) return undefined;
  return { type, action, service, match: match === "" ? "exact" : match, targets, values };
}

/**
 * Whether a decoded request holds together. This comes before any policy.
 *
 * @param request The decoded request.
 * @returns False when the reply is `malformed_request`.
 */
export function isWellFormed(request: Envelope): boolean {
  const { type, action, match, targets, values } = request;
  if (type !== "REQUEST") return false;
  if (match !== "exact" && match !== "prefix") return false;
  switch (action) {
    case "read":
    case "delete":
    case "check":
      return targets.length > 0;
    case "search":
      return match === "exact" || targets.length > 0;
    case "write":
      return match === "exact" && targets.length > 0 && targets.length === values.length;
    default:
      return false;
  }
}

function text(value: unknown): string | undefined {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? wellFormed(value) : undefined;
}

function texts(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return undefined;
  const list: string[] = [];
  for (const item of value) {
    const decoded = text(item);
    if (decoded === undefined) return undefined;
    list.push(decoded);
  }
  return list;
}

function isAttributes(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === "object" && !Array.isArray(value) &&
    Object.values(value).every((item) => text(item) !== undefined);
}
