/**
 * Daemons that differ from the real one in one thing each. Every mutation names the check of the
 * conformance kit that must find it.
 */
import { Buffer } from "node:buffer";
import type { Wrap } from "../../testing/daemon.ts";
import { parseEnvelope } from "../../testing/envelope.ts";
import type { Answer } from "../../testing/handler.ts";
import type { DaemonPolicy } from "../../testing/mod.ts";
import { ANP, INT, MAL, OK, SNA } from "./replies.ts";

/** One mutation. */
export interface Mutation {
  /** What the daemon does instead. */
  readonly does: string;
  /** The check that must fail. */
  readonly found: string;
  /** Others that rest on the same fact. */
  readonly also?: readonly string[];
  readonly wrap: Wrap;
}

type Handle = (line: string) => Answer;
interface Asked {
  /** The line as it came. */
  readonly line: string;
  /** As JSON; empty when it is no object. */
  readonly json: Record<string, unknown>;
  /** As the daemon decodes it. */
  readonly request: ReturnType<typeof parseEnvelope>;
  readonly outcome: Answer;
  /** Asks the daemon itself once more. */
  readonly handle: Handle;
}
interface Result {
  target: string;
  value?: string;
}

/** Changes the outcome of a line; undefined leaves it. */
type Change = (asked: Asked) => string | Answer | undefined;

function mutation(does: string, found: string, change: Change, ...also: string[]): Mutation {
  const wrap: Wrap = (handler) => ({
    handle(bytes) {
      const line = Buffer.from(bytes).toString("latin1");
      const handle = (text: string): Answer => handler.handle(Buffer.from(text, "latin1"));
      const request = parseEnvelope(bytes);
      const asked = { line, json: jsonOf(line), request, outcome: handle(line), handle };
      const changed = change(asked);
      if (changed === undefined) return asked.outcome;
      return typeof changed === "string" ? { reply: `${changed}\n`, close: false } : changed;
    },
  });
  return { does, found, also, wrap };
}

/** Changes the line before the daemon sees it. */
function misread(does: string, found: string, change: (line: string) => string): Mutation {
  const wrap: Wrap = (handler) => ({
    handle: (bytes) =>
      handler.handle(Buffer.from(change(Buffer.from(bytes).toString("latin1")), "latin1")),
  });
  return { does, found, wrap };
}

function jsonOf(line: string): Record<string, unknown> {
  try {
    const value = JSON.parse(Buffer.from(line, "latin1").toString());
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

function results(reply: string): Result[] {
  return JSON.parse(reply).results ?? [];
}

function success(list: readonly Result[]): string {
  return list.length === 0 ? OK : JSON.stringify({ ...JSON.parse(OK), results: list });
}

const is = ({ request }: Asked, action: string, match?: string): boolean =>
  request?.action === action && (match === undefined || request.match === match);
const fine = ({ outcome }: Asked): boolean => outcome.reply.includes('"success"');
const text = ({ outcome }: Asked): string => outcome.reply.trimEnd();
const ask = (request: object): string =>
  Buffer.from(JSON.stringify({ type: "REQUEST", ...request })).toString("latin1");

/** Mutations that show to a caller who may not do everything. */
export const restricted: readonly (Mutation & { policy: Partial<DaemonPolicy> })[] = [
  {
    ...mutation(
      "allows to search without can_search",
      "one permission allows search and prefix read",
      (asked) => is(asked, "search") && text(asked) === ANP ? OK : undefined,
      "search of a service that is not listed is denied as an action",
      "service names are case-sensitive",
      "service names have no wildcards",
      "a service whose name begins or ends with a listed one is another service",
      "a missing service is denied",
    ),
    policy: { can_search: false },
  },
  {
    ...mutation(
      "allows a prefix delete without can_search",
      "prefix delete without can_search is denied as an action",
      (asked) => is(asked, "delete", "prefix") && text(asked) === ANP ? OK : undefined,
      "one permission allows prefix read and prefix delete",
    ),
    policy: { can_search: false },
  },
  {
    ...mutation(
      "denies everything without can_search",
      "an exact read, write or delete is never denied as an action",
      (asked) => fine(asked) ? ANP : undefined,
      "a service that may not be read is denied to read, and to search as an action",
    ),
    policy: { can_search: false },
  },
  {
    ...mutation(
      "allows to search what may not be read",
      "a service that may be searched may be read",
      ({ request, outcome }) =>
        request?.action === "search" && request.service === "FactsTest" &&
          outcome.reply.startsWith(ANP)
          ? OK
          : undefined,
      "a service that may not be read is denied to read, and to search as an action",
    ),
    policy: { allowed_read_services: [] },
  },
];

/** Mutations of what one line is answered with. */
export const mutations: readonly Mutation[] = [
  mutation(
    "reads hits sorted by name",
    "read returns hits in the order of the targets and skips misses",
    (asked) => {
      if (!is(asked, "read", "exact") || !fine(asked)) return;
      if (new Set(asked.request!.targets).size < 3) return;
      return success(results(text(asked)).sort((a, b) => a.target < b.target ? -1 : 1));
    },
  ),
  mutation(
    "reports missing targets with an empty value",
    "read of missing targets succeeds without results",
    (asked) => {
      const { request } = asked;
      if (!is(asked, "read", "exact") || text(asked) !== OK || request!.targets.length < 2) return;
      return success(request!.targets.map((target) => ({ target })));
    },
  ),
  mutation(
    "sends an empty list of results",
    "read of missing targets succeeds without results",
    (asked) =>
      is(asked, "read", "exact") && text(asked) === OK && asked.request!.targets.length === 2
        ? '{"type":"RESPONSE","status":"success","results":[]}'
        : undefined,
  ),
  mutation(
    "reads a repeated target once",
    "read returns a target named twice twice",
    (asked) => {
      const { request } = asked;
      if (!is(asked, "read", "exact") || !fine(asked) || request!.targets.length !== 2) return;
      const seen = new Map(results(text(asked)).map((result) => [result.target, result]));
      return success([...seen.values()]);
    },
  ),
  mutation(
    "sends the value key of an empty value",
    "read leaves out the key value when the value is empty",
    (asked) =>
      is(asked, "read") && text(asked).includes(':empty"}')
        ? text(asked).replace(':empty"}', ':empty","value":""}')
        : undefined,
  ),
  misread(
    "takes names in upper case for those in lower case",
    "target names are case-sensitive",
    (line) => line.includes('"read"') ? line.replace(/:A"/g, ':a"') : line,
  ),
  mutation(
    "refuses an empty match",
    "an empty match means exact",
    ({ json }) => json.match === "" ? MAL : undefined,
  ),
  mutation(
    "returns attributes",
    "attributes are accepted and never returned",
    (asked) =>
      is(asked, "read") && "attributes" in asked.json && asked.json.attributes !== null
        ? text(asked).replace("}]}", ',"attributes":{"k":"v"}}]}')
        : undefined,
  ),
  mutation(
    "reads only the first hit of a prefix",
    "prefix read returns the names that begin with a prefix",
    (asked) =>
      is(asked, "read", "prefix") && asked.request!.targets[0]?.endsWith(":p:")
        ? success(results(text(asked)).slice(0, 1))
        : undefined,
    "overlapping prefixes return no duplicates",
  ),
  mutation(
    "fails a prefix read without hits",
    "prefix read without a hit succeeds without results",
    (asked) => is(asked, "read", "prefix") && text(asked) === OK ? INT : undefined,
  ),
  mutation(
    "reads nothing with an empty prefix",
    "prefix read with an empty prefix returns everything",
    (asked) =>
      is(asked, "read", "prefix") && fine(asked) && asked.request!.targets[0] === ""
        ? OK
        : undefined,
  ),
  misread(
    "takes prefixes in upper case for those in lower case",
    "prefixes are case-sensitive",
    (line) => line.includes('"prefix"') ? line.replace(/:P:"/g, ':p:"') : line,
  ),
  mutation(
    "returns what two prefixes match twice",
    "overlapping prefixes return no duplicates",
    (asked) => {
      if (!is(asked, "read", "prefix") || !fine(asked)) return;
      const { targets } = asked.request!;
      return success(
        targets.flatMap((prefix) =>
          results(text(asked)).filter(({ target }) => target.startsWith(prefix))
        ),
      );
    },
  ),
  {
    ...mutation("keeps the older value", "write overwrites silently", () => undefined),
    wrap: (handler) => {
      const written = new Set<string>();
      return {
        handle(line) {
          const request = parseEnvelope(line);
          if (request?.action !== "write" || request.targets.length !== 1) {
            return handler.handle(line);
          }
          const [target] = request.targets as [string];
          // Only what was written as 0: the first value of that check.
          if (written.has(target)) return { reply: `${OK}\n`, close: false };
          if (request.values[0] === "0") written.add(target);
          return handler.handle(line);
        },
      };
    },
  },
  mutation(
    "lets the first of a repeated target win",
    "for a repeated target, write keeps the last value",
    ({ request, handle }) => {
      if (request?.action !== "write" || new Set(request.targets).size === request.targets.length) {
        return;
      }
      const { service, targets, values } = request;
      return handle(ask({
        action: "write",
        service,
        targets: targets.toReversed(),
        values: values.toReversed(),
      }));
    },
  ),
  mutation(
    "writes what it has values for",
    "write with lists of different lengths, or empty lists, is malformed",
    ({ request }) =>
      request?.action === "write" && request.targets.length !== request.values.length &&
        request.match === "exact"
        ? OK
        : undefined,
  ),
  mutation(
    "writes by prefix",
    "write by prefix is malformed",
    (asked) => is(asked, "write", "prefix") ? OK : undefined,
  ),
  mutation(
    "reads all without targets",
    "read without targets is malformed",
    ({ json }) =>
      json.action === "read" && !("targets" in json) && "service" in json ? OK : undefined,
    "property names fold as in Go: \u017f equals s, \u00fd does not equal y",
    "a malformed request is malformed whatever the policy says",
  ),
  mutation(
    "keeps the last of what is to be deleted",
    "delete removes what exists",
    ({ request, outcome, handle }) => {
      if (request?.action !== "delete" || request.targets.length !== 2) return;
      if (!outcome.reply.includes("success")) return;
      const { service, targets } = request;
      handle(ask({ action: "write", service, targets: targets.slice(1), values: ["3"] }));
      return outcome;
    },
  ),
  mutation(
    "deletes a missing target successfully",
    "delete of a missing target is an internal error",
    ({ request, outcome }) =>
      request?.action === "delete" && request.targets.length === 1 && outcome.reply.includes("int")
        ? OK
        : undefined,
    "requests after an error are answered",
  ),
  mutation(
    "goes on deleting behind a missing target",
    "delete stops at the first missing target and does not undo earlier ones",
    ({ request, outcome, handle }) => {
      if (request?.action !== "delete" || request.targets.length < 3) return;
      for (const target of request.targets) {
        handle(ask({ action: "delete", service: request.service, targets: [target] }));
      }
      return outcome;
    },
  ),
  mutation(
    "deletes a repeated target successfully",
    "delete of a repeated target is an internal error",
    ({ request }) =>
      request?.action === "delete" && request.targets[0] === request.targets[1] &&
        request.targets.length === 2
        ? OK
        : undefined,
  ),
  mutation(
    "fails a prefix delete without hits",
    "prefix delete succeeds without hits",
    ({ request }) =>
      request?.action === "delete" && request.targets[0]?.endsWith("zzz") ? INT : undefined,
  ),
  mutation(
    "deletes the name itself for its prefix",
    "prefix delete removes everything that begins with the prefix",
    ({ request, outcome, handle }) => {
      if (request?.action !== "delete" || !request.targets[0]?.endsWith("buster")) return;
      const target = `${request.targets[0]}2`;
      handle(ask({ action: "write", service: request.service, targets: [target], values: ["2"] }));
      return outcome;
    },
  ),
  mutation(
    "deletes nothing without targets",
    "delete without targets is malformed",
    ({ json }) => json.action === "delete" && !("targets" in json) ? OK : undefined,
  ),
  mutation(
    "searches values, too",
    "search returns names without values",
    (asked) => {
      if (!is(asked, "search") || !fine(asked)) return;
      return success(results(text(asked)).map(({ target }) => ({ target, value: "4" })));
    },
    "search without targets, or with none, returns all names",
    "search treats targets as prefixes, whatever match says",
    "search ignores attributes",
    "prefixes are case-sensitive",
  ),
  mutation(
    "searches nothing without targets",
    "search without targets, or with none, returns all names",
    (asked) =>
      is(asked, "search") && asked.request!.targets.length === 0 && fine(asked) ? OK : undefined,
  ),
  mutation(
    "searches exact names when the match is exact",
    "search treats targets as prefixes, whatever match says",
    (asked) => {
      if (!is(asked, "search") || asked.json.match !== "exact" || !fine(asked)) return;
      const { targets } = asked.request!;
      return success(results(text(asked)).filter(({ target }) => targets.includes(target)));
    },
  ),
  mutation(
    "searches by attributes",
    "search ignores attributes",
    (asked) => is(asked, "search") && "attributes" in asked.json ? OK : undefined,
  ),
  mutation(
    "searches all by no prefix",
    "prefix search without targets is malformed",
    (asked) =>
      is(asked, "search", "prefix") && asked.request!.targets.length === 0 ? OK : undefined,
    "a malformed request is malformed whatever the policy says",
  ),
  mutation(
    "denies a check that is malformed",
    "check is denied to every client",
    ({ request }) => request?.action === "check" && request.targets.length === 0 ? ANP : undefined,
  ),
  misread(
    "accepts a type in lower case",
    "a type other than REQUEST is malformed and keeps the connection",
    (line) => line.replace('"request"', '"REQUEST"'),
  ),
  misread(
    "accepts an action in upper case",
    "an unknown action, or one in upper case, is malformed and keeps the connection",
    (line) => line.replace('"READ"', '"read"'),
  ),
  misread(
    "accepts a match in upper case",
    "an unknown match, or one in upper case, is malformed and keeps the connection",
    (line) => line.replace('"PREFIX"', '"prefix"'),
  ),
  mutation(
    "closes after a null line",
    "a null line is malformed and keeps the connection",
    ({ line }) => line.trim() === "null" ? { reply: `${MAL}\n`, close: true } : undefined,
  ),
  mutation(
    "refuses unknown properties",
    "unknown properties are ignored",
    ({ json }) => "deep" in json ? MAL : undefined,
  ),
  mutation(
    "refuses white space",
    "white space around the JSON is accepted",
    ({ line }) => line.endsWith("\r") ? MAL : undefined,
  ),
  mutation(
    "tells the case of property names",
    "property names are case-insensitive",
    ({ json }) => "TYPE" in json ? MAL : undefined,
  ),
  mutation(
    "folds ASCII only",
    "property names fold as in Go: \u017f equals s, \u00fd does not equal y",
    ({ json }) => "target\u017f" in json ? MAL : undefined,
  ),
  mutation(
    "does not unescape property names",
    "property names may be escaped",
    ({ line }) => line.includes("\\u0079pe") ? MAL : undefined,
  ),
  misread(
    "lets the first of several properties win",
    "the last of several properties wins, whatever its case",
    (line) => line.replace(/,"TARGETS":\[[^\]]*"\]/, ""),
  ),
  mutation(
    "takes a later null for an empty text",
    "a later null keeps a string and empties a list",
    ({ line }) => line.includes('"Action":null') ? MAL : undefined,
  ),
  misread(
    "takes a null in a list for an empty text",
    "a null in a list keeps the earlier entry at its index",
    (line) => line.replace(/,null\]/, ',""]').replace("[null,null]", '["",""]'),
  ),
  mutation(
    "refuses a null in a list",
    "a null in a list without an earlier entry is an empty string",
    ({ line }) => line.includes('"values":[null]') ? MAL : undefined,
  ),
  mutation(
    "cuts values at NUL",
    "emoji, white space, control characters and NUL survive in values",
    ({ outcome }) => {
      const reply = outcome.reply.replace(/\\u0000[^"]*/, "");
      return { ...outcome, reply };
    },
  ),
  mutation(
    "does not escape for HTML",
    "<, >, &, U+2028 and U+2029 come escaped",
    ({ outcome }) => ({ ...outcome, reply: outcome.reply.replace("\\u0026", "&") }),
  ),
  misread(
    "drops lone surrogates",
    "a lone surrogate becomes U+FFFD",
    (line) => line.replace(" \\ud83d \\ude00", "  "),
  ),
  misread(
    "makes one U+FFFD of several bytes",
    "each byte that is not UTF-8 becomes U+FFFD",
    (line) => line.replace("\xf0\x9f\x98-", "\xff-"),
  ),
  mutation(
    "keeps the connection after what is not JSON",
    "a line that is not JSON is malformed and closes the connection",
    ({ line, outcome }) => outcome.close && line === "REQUEST" ? MAL : undefined,
  ),
  mutation(
    "closes without a reply after what is not JSON",
    "a line that is not JSON is malformed and closes the connection",
    ({ line }) => line === "REQUEST" ? { reply: "", close: true } : undefined,
  ),
  mutation(
    "ignores empty lines",
    "an empty line is malformed and closes the connection",
    ({ line }) => line.trim() === "" ? { reply: "", close: false } : undefined,
  ),
  mutation(
    "keeps the connection after an array",
    "a JSON value that is not an object is malformed and closes the connection",
    ({ line }) => line === "[]" ? MAL : undefined,
  ),
  misread(
    "skips a byte order mark",
    "a byte order mark is malformed and closes the connection",
    (line) => line.replace(/^\xef\xbb\xbf/, ""),
  ),
  misread(
    "ignores what is behind the object",
    "a second value on the line is malformed and closes the connection",
    (line) => line.replace(/\}\{\}$/, "}"),
  ),
  mutation(
    "takes a text for a list",
    "a property of the wrong type is malformed and closes the connection",
    ({ json }) => typeof json.targets === "string" ? OK : undefined,
  ),
  mutation(
    "takes a number for a name",
    "an entry of the wrong type is malformed and closes the connection",
    ({ json }) => Array.isArray(json.targets) && json.targets[0] === 1 ? MAL : undefined,
  ),
  mutation(
    "ignores the type of a property in another case",
    "a property of the wrong type in another case is malformed and closes the connection",
    ({ json }) => "VALUES" in json && json.VALUES === 3 ? OK : undefined,
  ),
  mutation(
    "ignores the type of attributes",
    "an attribute of the wrong type is malformed and closes the connection",
    ({ json }) => json.attributes === "x" ? OK : undefined,
  ),
  mutation(
    "reads by prefix in one order",
    "prefix read returns results in random order",
    (asked) => {
      if (!is(asked, "read", "prefix") || !fine(asked)) return;
      return success(results(text(asked)).sort((a, b) => a.target < b.target ? -1 : 1));
    },
  ),
  mutation(
    "searches in one order",
    "search returns names in random order",
    (asked) => {
      if (!is(asked, "search") || !fine(asked)) return;
      return success(results(text(asked)).sort((a, b) => a.target < b.target ? -1 : 1));
    },
  ),
  {
    ...mutation(
      "swaps two replies",
      "5,000 requests sent at once are answered in order",
      () => undefined,
    ),
    wrap: (handler) => {
      let count = 0;
      let held = "";
      return {
        handle(line) {
          const outcome = handler.handle(line);
          if (++count === 1_000) held = outcome.reply;
          if (count === 1_000) return { ...outcome, reply: "" };
          if (count === 1_001) return { ...outcome, reply: outcome.reply + held };
          return outcome;
        },
      };
    },
  },
  mutation(
    "allows to read any service",
    "a service that is not listed is denied to read, write and delete",
    ({ request, outcome }) =>
      request?.action === "read" && request.service.includes("unlisted") &&
        request.match === "exact" && outcome.reply.startsWith(SNA)
        ? OK
        : undefined,
    "a service whose name begins or ends with a listed one is another service",
  ),
  mutation(
    "denies the search of a service as it denies reading",
    "search of a service that is not listed is denied as an action",
    ({ request, outcome }) =>
      request?.action === "search" && request.service.includes("unlisted") &&
        outcome.reply.startsWith(ANP)
        ? SNA
        : undefined,
    "a service whose name begins or ends with a listed one is another service",
  ),
  mutation(
    "takes a service for one whose name it begins with",
    "a service whose name begins or ends with a listed one is another service",
    ({ request, outcome }) =>
      request?.action === "read" && request.service.startsWith("FactsTest") &&
        outcome.reply.startsWith(SNA)
        ? OK
        : undefined,
  ),
  mutation(
    "denies a prefix delete as an action",
    "prefix read and prefix delete of a service that is not listed are denied",
    ({ request, outcome }) =>
      request?.action === "delete" && request.match === "prefix" && outcome.reply.startsWith(SNA)
        ? ANP
        : undefined,
  ),
  mutation(
    "takes services in any case",
    "service names are case-sensitive",
    ({ request }) => request?.action === "read" && request.service === "factstest" ? OK : undefined,
  ),
  mutation(
    "takes * for every service",
    "service names have no wildcards",
    ({ request }) => request?.action === "read" && request.service === "*" ? OK : undefined,
  ),
  mutation(
    "finds a missing service malformed",
    "a missing service is denied",
    ({ json, outcome }) =>
      json.action === "write" && !("service" in json) && outcome.reply.startsWith(SNA)
        ? MAL
        : undefined,
  ),
  mutation(
    "looks at the policy first",
    "a malformed request is malformed whatever the policy says",
    ({ request }) =>
      request?.action === "nothing" && request.service.includes("unlisted") ? SNA : undefined,
  ),
  mutation(
    "refuses lines of 65,535 bytes",
    "a line of 65,535 bytes is answered",
    ({ line }) => line.length === 65_535 ? { reply: "", close: true } : undefined,
  ),
  mutation(
    "refuses JSON nested 10,000 deep",
    "JSON nested 10,000 deep is answered",
    ({ line }) =>
      line.includes("[".repeat(9_000)) && !line.includes("[".repeat(10_000)) ? MAL : undefined,
  ),
  misread(
    "accepts JSON nested deeper",
    "JSON nested deeper than 10,000 is malformed and closes the connection",
    (line) =>
      line.replace("[".repeat(10_000), "[".repeat(9_999)).replace(
        "]".repeat(10_000),
        "]".repeat(9_999),
      ),
  ),
  mutation(
    "limits its replies",
    "a reply may be longer than any request: 1 MB",
    ({ outcome }) => outcome.reply.length > 100_000 ? INT : undefined,
  ),
  {
    ...mutation(
      "keeps a store for each connection",
      "a written value is visible to the next connection",
      () => undefined,
    ),
    wrap: (handler) => {
      const own = new Set<string>();
      return {
        handle(line) {
          const request = parseEnvelope(line);
          const outcome = handler.handle(line);
          if (request?.action === "write") {
            for (const target of request.targets) {
              own.add(target);
            }
          }
          const foreign = request?.action === "read" && request.match === "exact" &&
            request.targets.some((target) => target.endsWith(":w") && !own.has(target));
          return foreign ? { reply: `${OK}\n`, close: false } : outcome;
        },
      };
    },
  },
];
