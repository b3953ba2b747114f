/**
 * The page docs/faults.md, made from the fault table: `deno run -A tests/faults/page.ts` writes it
 * (`deno fmt` then lines its tables up), a test compares it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { chapters, faults } from "./table.ts";

const INTRODUCTION = `# Faults and their outcomes

Every row is a test against a server on a real socket that has the fault. It runs on Deno, Bun and
Node over each transport, and over the synchronous client where there is FFI.
\`deno run -A tests/faults/page.ts\` writes this page, and a test fails when page and tests differ.

Three things hold in every row: no caller gets another caller's value, no call waits past its
deadline, and no error, with its stack and its causes, holds a value. [errors.md](errors.md)
describes the errors, [behaviour.md](behaviour.md) deadlines, batches and reconnects.
`;

/** The page as it must be. */
export function page(): string {
  const parts = [INTRODUCTION, `There are ${faults.length} cases.\n`];
  for (const [title, rows] of Object.entries(chapters)) {
    parts.push(
      `## ${title}\n`,
      "| case | what goes wrong | what the caller sees |",
      "|---|---|---|",
    );
    for (const { name, fault, outcome, only, posixOnly } of rows) {
      const notes = [
        only === "async" ? "Asynchronous clients only." : "",
        posixOnly === undefined ? "" : `Not on Windows: ${posixOnly}.`,
      ].filter((note) => note !== "").map((note) => ` _${note}_`).join("");
      parts.push(`| ${name} | ${fault} | ${outcome}${notes} |`);
    }
    parts.push("");
  }
  return parts.join("\n");
}

/** The page as it is. */
export function written(root: string): string {
  return readFileSync(join(root, "docs", "faults.md"), "utf8");
}

if (process.argv[1]?.endsWith("faults/page.ts")) {
  writeFileSync(join(process.cwd(), "docs", "faults.md"), page());
}
