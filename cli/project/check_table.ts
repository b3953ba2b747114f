/**
 * Shows which secrets of a project are set, as a table.
 *
 * @module
 */

import { wrap } from "../command_line/wrap.ts";
import type { ProfileState, SecretState } from "./check.ts";

const HEAD = ["NAME", "STATE", "FROM", "TARGET"];
const GAP = "  ";

/**
 * @param profiles The findings.
 * @param width Columns of the screen; lines are not wrapped when it is unknown.
 * @returns The text, with its last newline.
 */
export function tableOf(profiles: readonly ProfileState[], width = Infinity): string {
  return profiles.map((checked) => one(checked, width)).join("\n");
}

function one({ profile, secrets }: ProfileState, width: number): string {
  const rows = secrets.map((secret) => [
    secret.name,
    stateOf(secret),
    secret.from ?? "",
    secret.target,
  ]);
  // The last column is not padded.
  const widths = HEAD.map((_, at) =>
    at === HEAD.length - 1 ? 0 : Math.max(...[HEAD, ...rows].map((row) => row[at]!.length))
  );
  const line = (cells: readonly string[]): string =>
    cells.map((cell, at) => cell.padEnd(widths[at]!)).join(GAP).trimEnd();
  const lines = [line(HEAD)];
  secrets.forEach(({ description }, at) => {
    lines.push(line(rows[at]!));
    if (description) lines.push(`${GAP}${wrap(description, width, GAP.length)}`);
  });
  const title = profile === undefined ? [] : [`Profile ${profile}`];
  return `${[...title, ...lines].join("\n")}\n`;
}

function stateOf({ set, required }: SecretState): string {
  return set ? "set" : required ? "missing" : "not set";
}
