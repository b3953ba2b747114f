/**
 * Sets the secrets of a project as variables of this process. Everything is synchronous, because
 * with an `import` other modules of the program would run before a promise settles.
 *
 * @module
 */

import { connectSync } from "../connect/connect_sync.ts";
import { InvalidRequestError } from "../src/errors/request.ts";
import { shellWord } from "../src/errors/shell_word.ts";
import { TransportUnavailableError } from "../src/errors/unavailable.ts";
import { env, runtime, setEnv, warn } from "../src/runtime.ts";
import { consentFor, isAllowed } from "./file/allowed.ts";
import { FILE_NAME, findFile, namedFile, readProjectFile } from "./file/find_file.ts";
import { parseFile } from "./file/parse_file.ts";
import { shellVariable } from "./file/shell_variable.ts";
import { checkComplete, withoutDaemon } from "./missing.ts";
import { placesOf, storedOf } from "./read_values.ts";
import { type FoundValue, type Needs, needsOf, takeValues } from "./resolve.ts";
import { checkSettable, fromEnvironment, parseSource, type Source } from "./source.ts";

/** Tells child processes that their environment already has the values of this file and profile. */
const LOADED = "KCA_LOADED";

/**
 * Loads the project's secrets into the environment.
 *
 * @throws {InvalidRequestError} When there is no project, or it is invalid or not allowed.
 * @throws {MissingSecretsError} When a required secret is missing.
 */
export function loadEnv(): void {
  const source = parseSource(shellVariable("KCA_SOURCE"), "KCA_SOURCE");
  const path = pathOf();
  if (path === undefined) {
    // Without a file it is unknown which variables are needed.
    if (source.kind === "env") return;
    throw new InvalidRequestError(
      "project",
      `no ${FILE_NAME} in this folder or above it in this repository. To make one, type: kca init`,
    );
  }
  const project = parseFile(readProjectFile(path), path);
  const chosen = shellVariable("KCA_PROFILE");
  const needs = needsOf(
    project,
    chosen === undefined ? {} : { profile: { name: chosen, from: "KCA_PROFILE" } },
  );
  const mark = `${needs.profile ?? ""}:${path}`;
  if (shellVariable(LOADED) === mark) return;
  if (source.kind === "daemon" && !isAllowed(consentFor(path, project))) {
    const command = `kca allow --project ${shellWord(path)}`;
    throw new InvalidRequestError(
      "project",
      `${
        JSON.stringify(path)
      } asks for secrets, and you have not allowed it yet. Look at it, and ` +
        `type: ${command}`,
    );
  }
  checkSettable(needs.secrets, LOADED);
  const values = valuesOf(needs, source);
  checkComplete(needs, values, source);
  put(needs, values);
  setEnv(LOADED, mark);
}

function pathOf(): string | undefined {
  const named = shellVariable("KCA_PROJECT");
  return named === undefined ? findFile() : namedFile(named, "KCA_PROJECT");
}

function valuesOf(needs: Needs, source: Source): Map<string, FoundValue> {
  const stored = source.kind === "daemon" ? readStored(needs) : new Map<string, FoundValue>();
  return takeValues(
    needs.secrets,
    ...placesOf({ source, stored, environment: fromEnvironment }),
  );
}

function readStored({ project, secrets }: Needs): Map<string, FoundValue> {
  if (secrets.length === 0) return new Map();
  try {
    using client = connectSync();
    return storedOf(client.service(project.service).read(secrets.map(({ target }) => target)));
  } catch (error) {
    throw error instanceof TransportUnavailableError
      ? new InvalidRequestError("start", `${error.message}. ${howToStart()}`)
      : withoutDaemon(error, secrets);
  }
}

function howToStart(): string {
  const program = { deno: "deno run main.ts", bun: "bun main.ts", node: "node main.js" };
  const { name } = runtime;
  return `Start the program with kca run -- ${name === "unknown" ? "PROGRAM" : program[name]}`;
}

/** Sets the variables, and names those that had another value. */
function put({ secrets }: Needs, values: ReadonlyMap<string, FoundValue>): void {
  const replaced: string[] = [];
  for (const { name } of secrets) {
    const found = values.get(name);
    if (found === undefined || found.origin === "environment") continue;
    const before = env(name);
    if (before !== undefined && before !== found.value) replaced.push(name);
    setEnv(name, found.value);
  }
  if (replaced.length === 0) return;
  warn(`The stored secret replaces the shell's ${replaced.join(", ")}`);
}
