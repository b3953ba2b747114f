/**
 * Reads the variables of a plan: all in one go, and with one error for everything that is missing.
 *
 * @module
 */

import type { KeychainClient } from "../../src/client/client.ts";
import type { SecretMap } from "../../src/client/secret.ts";
import { CommandError, EXIT } from "../exit_codes.ts";
import { noneUnder, quoted } from "../terminal/printable.ts";
import { type Plan, targetsOf } from "./plan.ts";
import type { Template } from "./references.ts";

/** The variables, and the secrets' values in them, each with the name of its variable. */
export interface Variables {
  readonly variables: ReadonlyMap<string, string>;
  readonly secrets: readonly (readonly [name: string, value: string])[];
}

/**
 * Reads what a plan needs.
 *
 * @throws {CommandError} With exit code 1 when anything is missing.
 */
export async function readVariables(client: KeychainClient, plan: Plan): Promise<Variables> {
  const byName = [...targetsOf(plan)];
  const whole = plan.service !== undefined && !plan.only;
  const [found, ...maps] = await Promise.all([
    whole ? client.service(plan.service).readPrefix(plan.prefixes) : new Map() as SecretMap,
    ...byName.map(([service, targets]) => client.service(service).read(targets)),
  ]);
  const named = new Map(byName.map(([service], index) => [service, maps[index]!]));
  const variables = new Map<string, string>();
  const secrets: [name: string, value: string][] = [];
  const missing: string[] = [];
  const put = (name: string, value: string): void => {
    secrets.push([name, value]);
    variables.set(name, value);
  };

  for (const prefix of plan.prefixes) {
    if (plan.only) {
      for (const name of plan.only) {
        const secret = named.get(plan.service!)?.get(prefix + name);
        if (secret !== undefined) put(name, secret.reveal());
      }
      continue;
    }
    const matching = [...found].filter(([target]) => target.startsWith(prefix));
    for (const [target, secret] of matching) put(target.slice(prefix.length), secret.reveal());
    if (matching.length === 0) {
      missing.push(noneUnder(plan.service!, prefix));
    }
  }
  for (const [name, template] of plan.templates) {
    const value = fill(template, named, (secret) => secrets.push([name, secret]));
    if (typeof value === "string") variables.set(name, value);
    else missing.push(...value.map((text) => `${text}, wanted for ${name}`));
  }
  for (const name of plan.only ?? []) {
    if (variables.has(name) || plan.templates.has(name)) continue;
    missing.push(`No value for the variable ${quoted(name)}${sought(plan, name)}`);
  }
  if (missing.length > 0) {
    throw new CommandError(EXIT.missing, `${missing.join("\n")}\nNothing was started`);
  }
  return { variables, secrets };
}

/** @returns The value, or what is missing. */
function fill(
  template: Template,
  named: ReadonlyMap<string, SecretMap>,
  use: (secret: string) => void,
): string | string[] {
  const missing: string[] = [];
  let value = "";
  for (const part of template) {
    if (typeof part === "string") {
      value += part;
      continue;
    }
    const secret = named.get(part.service)?.get(part.target)?.reveal();
    if (secret === undefined) {
      missing.push(`Service ${quoted(part.service)} has no ${quoted(part.target)}`);
      continue;
    }
    use(secret);
    value += secret;
  }
  return missing.length > 0 ? missing : value;
}

function sought({ prefixes, service }: Plan, name: string): string {
  if (service === undefined) return "";
  const targets = prefixes.map((prefix) => quoted(prefix + name));
  return `: service ${quoted(service)} has no ${targets.join(" or ")}`;
}
