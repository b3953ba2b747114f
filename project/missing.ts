/**
 * Messages about missing secrets.
 *
 * @module
 */

import { MissingSecretsError } from "../src/errors/request.ts";
import { shellFlag, shellWord } from "../src/errors/shell_word.ts";
import { DaemonUnavailableError } from "../src/errors/unavailable.ts";
import { runtime } from "../src/runtime.ts";
import { fromEnvironment, type Source } from "./source.ts";
import type { FoundValue, Need, Needs } from "./resolve.ts";

/**
 * @param needs The needed secrets.
 * @param values The values found, by variable.
 * @param source Where they were looked up.
 * @throws {MissingSecretsError} Naming all missing secrets, their descriptions, and what to type.
 */
export function checkComplete(
  needs: Needs,
  values: ReadonlyMap<string, FoundValue>,
  source: Source,
  flags = "",
): void {
  const missing = needs.secrets.filter(({ name, required }) => required && !values.has(name));
  if (missing.length === 0) return;
  const { service } = needs.project;
  const lines = missing.flatMap((need) => [
    `  ${need.name}${need.description ? `: ${need.description}` : ""}`,
    ...(source.kind === "daemon" ? [`    ${setCommand(service, need.target, flags)}`] : []),
  ]);
  throw new MissingSecretsError(
    service,
    missing.map(({ name, target }) => source.kind === "daemon" ? target : name),
    [`Missing ${placeOf(source, needs)}:`, ...lines, ...hintFor(source)].join("\n"),
  );
}

function placeOf(source: Source, { project, profile }: Needs): string {
  const of = profile === undefined ? "" : `, profile ${profile}`;
  switch (source.kind) {
    case "daemon":
      return `in service ${JSON.stringify(project.service)}${of}`;
    case "env":
      return `in the environment${of}`;
    case "dir":
      return `in the folder ${JSON.stringify(source.folder)}${of}`;
  }
}

function hintFor({ kind }: Source): string[] {
  if (kind === "daemon") return [];
  return [
    kind === "env"
      ? "The source is env, so nothing is read from the daemon: set these variables before you " +
        "start the program"
      : "The source is a folder, so nothing is read from the daemon: put one file for each there",
  ];
}

/**
 * @param flags Further flags, with a blank before each.
 * @returns The command that stores a secret.
 */
export function setCommand(service: string, target: string, flags = ""): string {
  const windows = runtime.system === "windows";
  const option = target.startsWith("-") ? "-- " : "";
  const named = shellFlag("service", service, windows);
  return `kca set ${named}${flags} ${option}${shellWord(target, windows)}`;
}

/** @returns The error of a daemon that cannot be reached, with the way to run without one. */
export function withoutDaemon(error: unknown, secrets: readonly Need[]): unknown {
  if (!(error instanceof DaemonUnavailableError)) return error;
  const wanted = secrets.filter(({ required }) => required);
  const set = wanted.filter((need) => fromEnvironment(need) !== undefined);
  const list = (needs: readonly Need[]): string => needs.map(({ name }) => name).join(", ");
  const has = set.length === wanted.length
    ? "which has all required secrets"
    : set.length === 0
    ? "which has none of the required secrets"
    : `which has ${list(set)} and lacks ${list(wanted.filter((need) => !set.includes(need)))}`;
  const advice = `To run without a daemon, set KCA_SOURCE=env. The values then come from the ` +
    `environment, ${has}.\n${error.advice}`;
  return new DaemonUnavailableError(error.tried, {
    cause: error.cause,
    advice,
    remedy: error.remedy,
  });
}
