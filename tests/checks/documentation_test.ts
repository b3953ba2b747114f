import { assertEquals } from "@std/assert";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath, test } from "../harness.ts";
import { checkDocLinks } from "./doc_links.ts";
import { documentationGaps } from "./documentation.ts";
import { withFiles } from "./with_files.ts";

function gapsOf(source: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), "documentation-"));
  try {
    const file = join(folder, "mod.ts");
    writeFileSync(file, source);
    const output = execFileSync(execPath, ["doc", "--json", file], { encoding: "utf8" });
    return documentationGaps(JSON.parse(output));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("documentationGaps() accepts what is documented", () => {
  const gaps = gapsOf(`
    /** Adds.
     * @param a One.
     * @example
     * \`\`\`ts
     * add(1);
     * \`\`\`
     */
    export function add(a: number): number { return a; }
    /** A class.
     * @example
     * \`\`\`ts
     * new Base();
     * \`\`\`
     */
    export class Base {
      /** The code. */
      code = 1;
      #secret = 2;
      private other = 3;
      /** Runs.
       * @param fast How. */
      run(fast: boolean): void {}
    }
    /** A type. */
    export type Name = string;
    const hidden = 1;`);
  assertEquals(gaps, []);
});

test("documentationGaps() finds every kind of gap", () => {
  const gaps = gapsOf(`
    export const limit = 1;
    /** Adds. */
    export function add(a: number, b: number): number { return a + b; }
    /** A class. */
    export class Base {
      code = 1;
      /** Runs. */
      run(fast: boolean): void {}
    }
    /** Options. */
    export interface Options { size: number }`);
  assertEquals(gaps.sort(), [
    "Base has no example",
    "Base.code has no documentation",
    "Base.run describes 0 of 1 parameters",
    "Options.size has no documentation",
    "add describes 0 of 2 parameters",
    "add has no example",
    "limit has no documentation",
  ]);
});

test("checkDocLinks() accepts links to files, to headings and to other hosts", () => {
  const files = {
    "README.md": `[a](docs/a.md) [b](docs/a.md#the-kca-command) [c](#top) [d](https://x.example/y)
# Top
\`\`\`md
[not a link](gone.md)
\`\`\``,
    "docs/a.md": "## The `kca` command\n[back](../README.md) ![picture](a.svg)",
    "docs/a.svg": "",
  };
  assertEquals(withFiles(files, (root) => checkDocLinks(root, Object.keys(files))), []);
});

test("checkDocLinks() finds links that lead nowhere", () => {
  const files = {
    "README.md": "# Top\n[a](docs/gone.md) [b](#bottom)\n![c](gone.svg) [d](docs/a.md#x)",
    "docs/a.md": "```sh\n# x\n```\n[up](README.md)",
  };
  assertEquals(withFiles(files, (root) => checkDocLinks(root, Object.keys(files))), [
    "README.md:2 links to docs/gone.md, which is not there",
    "README.md:2 links to #bottom, which is not there",
    "README.md:3 links to gone.svg, which is not there",
    "README.md:3 links to docs/a.md#x, which is not there",
    "docs/a.md:4 links to README.md, which is not there",
  ]);
});

test("checkDocLinks() finds links of a packed page to files that are not packed", () => {
  const files = {
    "README.md": "[a](docs/a.md) [b](src/b.ts)",
    "docs/a.md": "[b](../README.md)",
    "bench/c.md": "[b](../src/b.ts)",
    "src/b.ts": "",
  };
  const travels = (file: string) => file.endsWith(".md") && !file.startsWith("bench/");
  assertEquals(withFiles(files, (root) => checkDocLinks(root, Object.keys(files), travels)), [
    "README.md:1 links to src/b.ts, which the package leaves out",
  ]);
});
