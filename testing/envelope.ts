import { decodeUtf8, foldName, readMembers } from "./go_json.ts";
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

/** A slice as in Go: entries beyond its length stay in memory and may reappear. */
interface Slice {
  readonly memory: string[];
  length: number;
}

/** A request while its members are decoded one after the other. */
interface Draft {
  type: string;
  action: string;
  service: string;
  match: string;
  targets: Slice;
  values: Slice;
}

/**
 * Decodes one line as the daemon's JSON decoder does. The last of several members with one name
 * wins, whatever its case. `null` leaves a string unchanged and empties a list. A member of the
 * wrong type makes the whole line invalid. Unknown members are ignored.
 *
 * @param line The bytes before the line feed.
 * @returns The request, or undefined when the line cannot be decoded.
 */
export function parseEnvelope(line: Uint8Array): Envelope | undefined {
  const members = readMembers(decodeUtf8(line));
  if (members === undefined) return undefined;
  const draft: Draft = {
    type: "",
    action: "",
    service: "",
    match: "",
    targets: { memory: [], length: 0 },
    values: { memory: [], length: 0 },
  };
  for (const [name, value] of members ?? []) {
    if (!decodeMember(draft, foldName(name), value)) return undefined;
  }
  const { type, action, service, match } = draft;
  return {
    type,
    action,
    service,
    match: match === "" ? "exact" : match,
    targets: contents(draft.targets),
    values: contents(draft.values),
  };
}

/** @returns False when the value has the wrong type. */
function decodeMember(draft: Draft, name: string, json: string): boolean {
  switch (name) {
    case "type":
    case "action":
    case "service":
    case "match": {
      const value: unknown = JSON.parse(json);
      if (typeof value === "string") draft[name] = wellFormed(value);
      return typeof value === "string" || value === null;
    }
    case "targets":
    case "values": {
      const list: unknown = JSON.parse(json);
      if (list !== null && !Array.isArray(list)) return false;
      if (list === null || list.length === 0) draft[name] = { memory: [], length: 0 };
      else return decodeInto(draft[name], list);
      return true;
    }
    case "attributes":
      return isAttributes(JSON.parse(json));
    default:
      return true;
  }
}

/**
 * @returns False when an entry has the wrong type. A `null` keeps the earlier entry at its index.
 */
function decodeInto(slice: Slice, list: readonly unknown[]): boolean {
  for (const [i, item] of list.entries()) {
    if (typeof item === "string") slice.memory[i] = wellFormed(item);
    else if (item === null) slice.memory[i] ??= "";
    else return false;
  }
  slice.length = list.length;
  return true;
}

function contents({ memory, length }: Slice): string[] {
  return memory.slice(0, length);
}

/**
 * Whether a decoded request is well-formed. Checked before any policy.
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

function isAttributes(value: unknown): boolean {
  if (value === null) return true;
  return typeof value === "object" && !Array.isArray(value) &&
    Object.values(value).every((item) => typeof item === "string" || item === null);
}
