/**
 * The secrets of a project as one typed object.
 *
 * @module
 */

import { connect } from "../connect/connect.ts";
import {
  checkParser,
  loaded,
  type LoadEntry,
  type NamedEntry,
  parsed,
} from "../src/client/load.ts";
import { checkNames } from "../src/client/options.ts";
import { checkObject, checkText, listOf } from "../src/client/validate.ts";
import { InvalidRequestError } from "../src/errors/request.ts";
import { env } from "../src/runtime.ts";
import type { ProjectOptions, ProjectValues } from "./load_types.ts";
import { checkComplete, withoutDaemon } from "./missing.ts";
import { readValues, storedOf } from "./read_values.ts";
import { type FoundValue, type Need, type Needs, needsOf, type Origin } from "./resolve.ts";
import { fromEnvironment, parseSource, type Source } from "./source.ts";
import type { CheckSpec, ProjectShape } from "./spec_types.ts";
import { validateSpec } from "./validate_spec.ts";

/**
 * Loads the secrets that a project declares: a typed object from one round trip. Needs no
 * permission to search.
 *
 * A value is the stored secret, else the variable of the environment, else the default. An empty
 * variable counts as unset. The object is like that of `load()`: its values are plain strings, or
 * what `parse` makes of them, and it shows only its names when it is logged.
 *
 * @typeParam S The project.
 * @typeParam P The profile, where the code names one.
 * @typeParam R The results of the parsers.
 * @typeParam L The selected variables, where the code names some.
 * @param spec The project: `kca.json` imported as a module, or the same in code.
 * @param options Profile, parsers, a selection, and another source than the daemon.
 * @returns A property for each secret. It is `undefined` only where the secret is optional.
 * @throws {InvalidRequestError} When the project or an option is invalid.
 * @throws {MissingSecretsError} Naming all missing secrets, their descriptions, and what to type.
 * @throws {InvalidSecretError} When a parser rejects a value.
 * @throws {DaemonUnavailableError} When no daemon can be reached, with the way to run without one.
 *
 * @example
 * ```ts
 * import { loadProject } from "@keychain-auth/client/project";
 *
 * const env = await loadProject({
 *   service: "AgentSecrets",
 *   prefix: "proj_123:",
 *   secrets: {
 *     SENTRY_DSN: { description: "Errors", optional: true },
 *     PORT: { default: "5432" },
 *   },
 * }, { parse: { PORT: Number } });
 * console.log(env.PORT + 1, env.SENTRY_DSN); // 5433 undefined
 * ```
 */
export async function loadProject<
  const S extends ProjectShape,
  const P = undefined,
  R = object,
  const L extends readonly (keyof S["secrets"] & string)[] | undefined = undefined,
>(
  spec: S & CheckSpec<S>,
  options: ProjectOptions<S, P, R, L> = {},
): Promise<ProjectValues<S, P, R, L>> {
  const { needs, source, parsers } = planOf(spec, options);
  const values = await readValues(needs, {
    source,
    read: (_, targets) => readStored(needs, targets),
    environment: fromEnvironment,
  });
  checkComplete(needs, values, source);
  const entries = needs.secrets.map((need) => entryOf(need, values.get(need.name), parsers));
  const parts = await Promise.all(entries.map((entry) => {
    const found = values.get(entry.name);
    return parsed(entry, new Map(found ? [[entry.target, found.value]] : []));
  }));
  return loaded(entries, parts) as ProjectValues<S, P, R, L>;
}

type Parsers = ReadonlyMap<string, LoadEntry<unknown>["parse"]>;

/** What to load, before anything is read. */
interface Plan {
  readonly needs: Needs;
  readonly source: Source;
  readonly parsers: Parsers;
}

const OPTIONS: readonly string[] = ["profile", "parse", "only", "source"];

function planOf(spec: unknown, options: object): Plan {
  const project = validateSpec(spec);
  checkNames(options, OPTIONS);
  const { profile, parse = {}, only, source } = options as Record<string, unknown>;
  if (profile !== undefined) checkText(profile, "profile");
  if (only !== undefined && !Array.isArray(only)) {
    throw new InvalidRequestError("only", "expected an array of names");
  }
  checkObject(parse, "parse");
  const parsers = new Map(Object.entries(parse));
  for (const [name, parser] of parsers) {
    const argument = `parse of ${JSON.stringify(name.slice(0, 60))}`;
    if (!project.secrets.has(name)) {
      throw new InvalidRequestError(argument, "the project declares no secret of this name");
    }
    checkParser(parser, argument);
  }
  const needs = needsOf(project, {
    profile: profile === undefined ? fromVariable() : { name: profile, from: "profile" },
    only: only === undefined ? undefined : listOf(only, "only"),
  });
  const chosen = source === undefined
    ? parseSource(env("KCA_SOURCE"), "KCA_SOURCE")
    : parseSource(source, "source");
  return { needs, source: chosen, parsers };
}

function fromVariable(): { name: string; from: string } | undefined {
  const name = env("KCA_PROFILE");
  return name === undefined ? undefined : { name, from: "KCA_PROFILE" };
}

async function readStored(
  { project, secrets }: Needs,
  targets: readonly string[],
): Promise<Map<string, FoundValue>> {
  try {
    await using client = await connect();
    return storedOf(await client.service(project.service).read(targets));
  } catch (error) {
    throw withoutDaemon(error, secrets);
  }
}

/** @returns The entry that converts the value to a property. Errors name it as its source does. */
function entryOf(need: Need, found: FoundValue | undefined, parsers: Parsers): NamedEntry {
  const { name } = need;
  const advice = found && ADVICE[found.origin];
  return { name, target: advice ? name : need.target, parse: parsers.get(name), advice };
}

/** What to do about a value that a parser rejects, by its source. */
const ADVICE: Readonly<Record<Origin, string | undefined>> = {
  stored: undefined,
  environment: "It comes from the environment: set it there",
  file: "It comes from a file: write a valid value there",
  default: "It is the default in the project: change it",
};
