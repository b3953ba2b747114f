/**
 * The values for the placeholders of a template.
 *
 * @module
 */

import { CommandError, EXIT, usageError } from "../exit_codes.ts";
import { withClient } from "../client.ts";
import type { Context } from "../context.ts";
import type { CommonFlags } from "../flags.ts";
import { names as includes, type SourceFlags } from "../project/flags.ts";
import type { Reference } from "../run/references.ts";
import type { Parts, Slot } from "./template.ts";

/** Returns the value of a placeholder. */
export type ValueOf = (place: Slot) => string;

/**
 * Reads what a template needs.
 *
 * @throws {CommandError} Naming every placeholder without a value, with its line.
 */
export async function valuesFor(
  context: Context,
  flags: CommonFlags & SourceFlags,
  parts: Parts,
): Promise<ValueOf> {
  const places = parts.filter((part) => typeof part !== "string");
  const named = places.filter(({ secret }) => typeof secret === "string");
  const referred = places.filter(({ secret }) => typeof secret !== "string");
  const project = named.length > 0 ? await projectValues(context, flags, named) : new Map();
  const stored = referred.length > 0 ? await storedValues(flags, referred) : new Map();
  const valueOf = ({ secret }: Slot): string | undefined =>
    typeof secret === "string" ? project.get(secret) : stored.get(keyOf(secret));
  const missing = places.filter((place) => valueOf(place) === undefined);
  const lacking = missing.filter(({ secret }) => !includes(flags.allowMissing, labelOf(secret)));
  if (lacking.length > 0) throw absent(lacking);
  return (place) => valueOf(place) ?? "";
}

async function projectValues(
  context: Context,
  flags: CommonFlags & SourceFlags,
  places: readonly Slot[],
): Promise<Map<string, string>> {
  const { foundValues, projectNeeds } = await import("../project/values.ts");
  const { open, needs } = await projectNeeds(context, flags);
  const wanted = new Set(places.map(({ secret }) => secret));
  const unknown = places.filter(({ secret }) => !open.project.secrets.has(secret as string));
  if (unknown.length > 0) {
    throw usageError(
      unknown.map(({ secret, line }) =>
        `Line ${line}: the project declares no secret called ${JSON.stringify(secret)}`
      ).join("\n") + "\nNothing was written",
    );
  }
  const secrets = needs.secrets.filter(({ name }) => wanted.has(name));
  const found = await foundValues(context, flags, { ...needs, secrets });
  return new Map([...found].map(([name, { value }]) => [name, value]));
}

async function storedValues(
  flags: CommonFlags & SourceFlags,
  places: readonly Slot[],
): Promise<Map<string, string>> {
  const { sourceOf } = await import("../project/values.ts");
  if (sourceOf(flags).kind !== "daemon") {
    throw usageError(
      `Line ${places[0]!.line}: kca:// needs the daemon, and the source is not the ` +
        "daemon. Use {{ kca:NAME }}. Nothing was written",
    );
  }
  const services = new Map<string, Set<string>>();
  for (const { secret } of places) {
    const { service, target } = secret as Reference;
    services.set(service, (services.get(service) ?? new Set()).add(target));
  }
  return await withClient(flags, async (client) => {
    const read = await Promise.all(
      [...services].map(async ([service, targets]) => ({
        service,
        found: await client.service(service).read([...targets]),
      })),
    );
    return new Map(
      read.flatMap(({ service, found }) =>
        [...found].map(([target, secret]) => [keyOf({ service, target }), secret.reveal()] as const)
      ),
    );
  });
}

function keyOf({ service, target }: Reference): string {
  return `${service}/${target}`;
}

function labelOf(secret: Slot["secret"]): string {
  return typeof secret === "string" ? secret : keyOf(secret);
}

function absent(places: readonly Slot[]): CommandError {
  const lines = places.map(({ secret, line }) =>
    typeof secret === "string"
      ? `Line ${line}: ${secret} is not set`
      : `Line ${line}: service ${JSON.stringify(secret.service)} has no ` +
        JSON.stringify(secret.target)
  );
  return new CommandError(EXIT.missing, `${lines.join("\n")}\nNothing was written`);
}
