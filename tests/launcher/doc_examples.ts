/** Runs every `ts` block of the documentation: the JSDoc examples, README.md and docs/. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { docSecrets } from "./doc_secrets.ts";
import { countResults, type Counts, denoFailures } from "./junit.ts";
import { runProcess } from "./process.ts";

/** What a run of the examples needs to know. */
export interface DocOptions {
  root: string;
  work: string;
  verbose: boolean;
}

const sourceFolders = [
  "src",
  "ffi",
  "net",
  "connect",
  "project",
  "testing",
  "conformance",
  "keytar",
  "bun_secrets",
  "drop_in",
  "cli",
];
// A block that Deno's test runner leaves out, in Markdown or behind the star of a comment.
const ignoredBlock = /^[ \t]*(?:\*[ \t]?)?```tsx?[ \t]+[^\n]*\bignore\b/gm;

/** The files whose examples are run, relative to the root. */
export function documentedFiles(root: string): string[] {
  const files = sourceFolders.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
      .map((name) => `${folder}/${name}`)
  );
  const pages = existsSync(join(root, "docs"))
    ? readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`)
    : [];
  return ["mod.ts", ...files, "README.md", ...pages].filter((name) => existsSync(join(root, name)))
    .sort();
}

/** How many blocks of a text are marked as not to be run. */
export function countIgnored(text: string): number {
  return [...text.matchAll(ignoredBlock)].length;
}

/** Runs all examples against an embedded daemon; `deno task check` checks their types. */
export async function runDocExamples({ root, work, verbose }: DocOptions): Promise<Counts> {
  mkdirSync(work, { recursive: true });
  const files = documentedFiles(root);
  const report = join(work, "docs.xml");
  const { startDaemon } = await import("../../testing/mod.ts");
  const daemon = await startDaemon({ secrets: docSecrets });
  try {
    const flags = ["-A", "--no-check", "--doc", `--junit-path=${report}`];
    const command = [process.execPath, "test", ...flags, ...files];
    const { code, output } = await runProcess(command, {
      cwd: root,
      env: { NO_COLOR: "1", KEYCHAIN_AUTH_SOCKET: daemon.endpoint },
      timeout: 600_000,
    });
    const counts = existsSync(report)
      ? countResults(readFileSync(report, "utf8"))
      : { passed: 0, failed: 0, skipped: 0 };
    counts.failed = Math.max(counts.failed, denoFailures(output));
    if (counts.failed === 0 && (code !== 0 || counts.passed === 0)) counts.failed = 1;
    for (const file of files) {
      counts.skipped += countIgnored(readFileSync(join(root, file), "utf8"));
    }
    if (counts.failed > 0 || verbose) console.log(output);
    return counts;
  } finally {
    await daemon.close();
  }
}
