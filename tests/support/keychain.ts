/** The simplest daemon there is: what it says to a request, and nothing of how it gets there. */
import { ANP, found, INT, MAL, OK } from "./replies.ts";

/** One request as the far end reads it. */
export interface Asked {
  readonly action: string;
  readonly service: string;
  readonly match?: "exact" | "prefix";
  readonly targets?: readonly string[];
  readonly values?: readonly string[];
}

/**
 * A keychain with some secrets of every service.
 *
 * @returns What it replies to a request, without the line feed.
 */
export function keychain(secrets: Readonly<Record<string, string>> = {}): (asked: Asked) => string {
  const stored = new Map(Object.entries(secrets));
  const matching = ({ action, match, targets = [] }: Asked): string[] =>
    action === "search" || match === "prefix"
      ? [...stored.keys()].filter((name) =>
        targets.length === 0 || targets.some((prefix) => name.startsWith(prefix))
      )
      : targets.filter((name) => stored.has(name));
  return (asked) => {
    const { action, match, targets = [], values = [] } = asked;
    switch (action) {
      case "read":
        // An empty value is left out.
        return found(
          matching(asked).map((target) =>
            JSON.stringify({ target, value: stored.get(target) || undefined })
          ).join(),
        );
      case "search":
        return found(matching(asked).map((target) => JSON.stringify({ target })).join());
      case "write":
        targets.forEach((target, index) => stored.set(target, values[index]!));
        return OK;
      case "delete":
        if (match === "prefix") {
          for (const name of matching(asked)) stored.delete(name);
          return OK;
        }
        return targets.every((name) => stored.delete(name)) ? OK : INT;
      case "check":
        return ANP;
      default:
        return MAL;
    }
  };
}
