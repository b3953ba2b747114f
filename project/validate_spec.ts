/**
 * Checks a project. TypeScript checks most of an imported file, but not its values, and not a file
 * that a program reads itself.
 *
 * @module
 */

import { checkService, checkText } from "../src/client/validate.ts";
import { unprintable } from "../src/errors/unprintable.ts";
import { InvalidRequestError } from "../src/errors/request.ts";
import { isPowerName } from "./power_names.ts";
import {
  type Declaration,
  IDENTIFIER,
  PROFILE_KEYS,
  PROFILE_PLACE,
  PROFILE_SECRET_KEYS,
  type Project,
  PROJECT_KEYS,
  SECRET_KEYS,
} from "./spec.ts";

const PROFILE = /^[A-Za-z0-9._-]+$/;

/** Names with a special meaning when an object is awaited, logged or copied. */
const RESERVED: readonly string[] = ["__proto__", "then", "toJSON"];
/** Names of the settings of kca and of this package. */
const OWN = /^(?:KCA|KEYCHAIN_AUTH)_/i;

/** The most bytes that `generate` may ask for. */
const MOST_RANDOM = 4096;

type Plain = Readonly<Record<string, unknown>>;

/**
 * Checks a project.
 *
 * @param spec The imported or parsed value.
 * @returns The checked project.
 * @throws {InvalidRequestError} Naming the key at fault, such as `spec.secrets.PORT.default`.
 */
export function validateSpec(spec: unknown): Project {
  const file = plain(spec, "spec", PROJECT_KEYS);
  if (file.$schema !== undefined) shownText(file.$schema, "spec.$schema");
  const service = shownText(file.service, "spec.service");
  checkService(service, "spec.service");
  const prefix = file.prefix === undefined ? "" : place(file.prefix, "spec.prefix");
  const secrets = secretsOf(file.secrets);
  const profiles = profilesOf(file.profiles, secrets);
  const profile = file.profile === undefined ? undefined : shownText(file.profile, "spec.profile");
  if (profile !== undefined && !profiles.has(profile)) {
    wrong("spec.profile", `${JSON.stringify(profile)} is not declared in "profiles"`);
  }
  const places = [prefix, ...[...secrets.values()].map(({ target = "" }) => target)];
  if (profiles.size === 0 && places.some((text) => text.includes(PROFILE_PLACE))) {
    wrong("spec.profiles", `${PROFILE_PLACE} is used, but no profile is declared`);
  }
  return { service, prefix, profile, secrets, profiles };
}

function secretsOf(given: unknown): Map<string, Declaration> {
  const secrets = new Map<string, Declaration>();
  for (const [name, entry] of Object.entries(plain(given, "spec.secrets"))) {
    const at = `spec.secrets.${keyAt(name)}`;
    if (!IDENTIFIER.test(name)) {
      wrong(at, "a name consists of letters, digits and _, and does not begin with a digit");
    }
    if (RESERVED.includes(name)) wrong(at, "this name has a special meaning in JavaScript");
    // One file serves all systems, so a name with power on any of them is refused everywhere.
    if (isPowerName(name, "windows") || OWN.test(name)) {
      wrong(at, "a variable of this name changes what programs run or whom they trust");
    }
    secrets.set(name, declarationOf(name, plain(entry, at, SECRET_KEYS), at));
  }
  return secrets;
}

function declarationOf(name: string, entry: Plain, at: string): Declaration {
  const { description, target, generate, default: value } = entry;
  if (description !== undefined) shownText(description, `${at}.description`);
  if (target !== undefined && place(target, `${at}.target`) === "") {
    wrong(`${at}.target`, "expected the name of a secret, got an empty string");
  }
  onlyTrue(entry, "optional", at);
  onlyTrue(entry, "public", at);
  if (value !== undefined) {
    checkText(value, `${at}.default`);
    if (value.includes("\0")) wrong(`${at}.default`, "a variable cannot contain a NUL character");
    if (entry.optional) {
      wrong(`${at}.optional`, "a secret with a default is never missing; leave out optional");
    }
    if (generate !== undefined) {
      wrong(`${at}.generate`, "a secret has either a default or generate, not both");
    }
  }
  if (generate !== undefined && !isByteCount(generate)) {
    wrong(`${at}.generate`, `expected a number of bytes from 1 to ${MOST_RANDOM}`);
  }
  return {
    name,
    description: description as string | undefined,
    target: target as string | undefined,
    optional: entry.optional === true,
    default: value as string | undefined,
    generate: generate as number | undefined,
    public: entry.public === true,
  };
}

function profilesOf(
  given: unknown,
  secrets: ReadonlyMap<string, Declaration>,
): Map<string, ReadonlySet<string>> {
  const profiles = new Map<string, ReadonlySet<string>>();
  if (given === undefined) return profiles;
  for (const [profile, declared] of Object.entries(plain(given, "spec.profiles"))) {
    const at = `spec.profiles.${keyAt(profile)}`;
    if (!PROFILE.test(profile)) {
      wrong(at, "a profile name consists of letters, digits, '.', '_' and '-'");
    }
    const { secrets: changes = {} } = plain(declared, at, PROFILE_KEYS);
    const required = new Set<string>();
    for (const [name, change] of Object.entries(plain(changes, `${at}.secrets`))) {
      const here = `${at}.secrets.${keyAt(name)}`;
      const declaration = secrets.get(name);
      if (declaration === undefined) wrong(here, '"secrets" declares no secret of this name');
      onlyTrue(plain(change, here, PROFILE_SECRET_KEYS), "required", here);
      if ((change as Plain).required !== true) continue;
      if (!declaration.optional) {
        wrong(
          `${here}.required`,
          "only a secret declared as optional can be required by a profile",
        );
      }
      required.add(name);
    }
    profiles.set(profile, required);
  }
  return profiles;
}

/** @returns The object, when it has only these keys. */
function plain(given: unknown, at: string, keys?: readonly string[]): Plain {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    wrong(at, "expected an object");
  }
  for (const key of keys ? Object.keys(given) : []) {
    if (!keys!.includes(key)) {
      wrong(`${at}.${keyAt(key)}`, `unknown key; expected one of ${keys!.join(", ")}`);
    }
  }
  // Without properties that were added to Object.prototype.
  return Object.assign(Object.create(null), given);
}

/** In an imported file TypeScript sees whether a key exists, but not its value. */
function onlyTrue(entry: Plain, key: string, at: string): void {
  if (key in entry && entry[key] !== true) {
    wrong(`${at}.${key}`, "expected true; leave the key out instead of false");
  }
}

function isByteCount(count: unknown): boolean {
  return Number.isSafeInteger(count) && (count as number) >= 1 &&
    (count as number) <= MOST_RANDOM;
}

/** @returns A text that is shown in messages. */
function shownText(text: unknown, at: string): string {
  checkText(text, at);
  if (text.search(unprintable()) >= 0) wrong(at, "it contains control characters");
  return text;
}

/** @returns A text in which `{profile}` may stand. */
function place(text: unknown, at: string): string {
  const shown = shownText(text, at);
  const [other] = /[{}]/.exec(shown.replaceAll(PROFILE_PLACE, "")) ?? [];
  if (other !== undefined) wrong(at, `braces are for ${PROFILE_PLACE} only`);
  return shown;
}

/** @returns A key as a message shows it. */
export function keyAt(key: string): string {
  if (/^[\w$.-]{1,60}$/.test(key)) return key;
  return JSON.stringify(key.replace(unprintable(), "\ufffd").slice(0, 60));
}

function wrong(argument: string, problem: string): never {
  throw new InvalidRequestError(argument, problem);
}
