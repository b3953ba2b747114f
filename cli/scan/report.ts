/**
 * Reports the findings of a scan: names and places, never a value.
 *
 * @module
 */

import type { Automaton } from "../run/automaton.ts";
import { formsOf } from "../run/forms.ts";
import { automatonOf, Redactor } from "../run/redact.ts";
import { counted, jsonText, printable } from "../terminal/printable.ts";
import { SHORTEST } from "./needles.ts";
import type { Finding, Scan } from "./scan.ts";
import type { NamedSecret, Sought } from "./sought.ts";

/** A secret that was found. */
interface Row extends NamedSecret {
  readonly file: string;
  /** `null` when the file's name contains the value. */
  readonly line: number | null;
  readonly commit?: string;
  readonly form: Finding["form"];
}

/** @returns The places, one per line, in the form FILE:LINE. */
export function textOfFindings(scan: Scan, sought: Sought): string {
  return rowsOf(scan, sought).map((row) => `${placeOf(row)}: ${shown(row)}${formOf(row)}\n`).join(
    "",
  );
}

/** @returns The whole report as JSON. */
export function jsonOfFindings(scan: Scan, sought: Sought): string {
  const mask = maskOf(sought);
  const report = {
    found: rowsOf(scan, sought),
    short: sought.short,
    missing: sought.missing,
    unread: scan.unread.map(({ file, reason }) => ({ file: mask(file), reason: mask(reason) })),
    scanned: { files: scan.files, values: sought.values.length },
  };
  return `${jsonText(report)}\n`;
}

/** @returns The files that could not be read, and why. */
export function unreadOf(scan: Scan, sought: Sought): string[] {
  const mask = maskOf(sought);
  return scan.unread.map(({ file, reason }) =>
    `Cannot read ${JSON.stringify(mask(file))}: ${mask(reason)}`
  );
}

/** @returns The secrets that were not searched for, and why. */
export function leftOut({ short, missing }: Sought): string[] {
  const notes: string[] = [];
  if (short.length > 0) {
    notes.push(
      `Not searched for, because a value of fewer than ${SHORTEST} characters occurs ` +
        `everywhere: ${short.map(shown).join(", ")}`,
    );
  }
  if (missing.length > 0) {
    notes.push(`Not stored, so not searched for: ${missing.map(shown).join(", ")}`);
  }
  return notes;
}

/** @returns The outcome in one line. */
export function summaryOf(scan: Scan, sought: Sought): string {
  const scanned = `${counted(scan.files, "file")} scanned for ${
    counted(sought.values.length, "value")
  }`;
  if (scan.findings.length === 0) return `Found no secret; ${scanned}`;
  const places = counted(scan.findings.length, "place");
  return `Found secrets in ${places}; ${scanned}. Remove them, and rotate every secret that was ever committed`;
}

function rowsOf({ findings }: Scan, sought: Sought): Row[] {
  const mask = maskOf(sought);
  return findings.flatMap(({ file, line, commit, value, form }) =>
    sought.values[value]!.secrets.map((secret) => ({
      file: mask(file),
      line: line ?? null,
      ...(commit !== undefined && { commit }),
      ...secret,
      form,
    }))
  );
}

/** The name of a file may contain a value too. */
function maskOf({ values }: Sought): (text: string) => string {
  let automaton: Automaton | undefined;
  return (text) => {
    automaton ??= automatonOf(values.flatMap(({ value }) => [...formsOf(value.trim())]));
    const redactor = new Redactor(automaton);
    const decoder = new TextDecoder();
    const begun = decoder.decode(redactor.push(new TextEncoder().encode(text)));
    return begun + decoder.decode(redactor.end());
  };
}

function placeOf({ file, line, commit }: Row): string {
  const start = commit === undefined ? "" : `${commit.slice(0, 12)}:`;
  return `${start}${printable(file)}:${line ?? "in its name"}`;
}

function shown({ name, profiles }: NamedSecret): string {
  return profiles.length === 0 ? name : `${name} (${profiles.join(", ")})`;
}

function formOf({ form }: Row): string {
  return form === "plain" ? "" : ` as ${form}`;
}
