/** Before a release: what cannot be taken back has to be right. Usage: `node check_release.mjs [TAG]`. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (name) => readFileSync(join(root, name), "utf8");
const manifest = JSON.parse(read("package.json"));
const { version } = manifest;
const tag = process.argv[2] ?? process.env.GITHUB_REF_NAME ?? "";

const problems = [
  tag !== `v${version}` && `the tag is ${tag || "missing"}, and the version ${version}`,
  !read("CHANGELOG.md").includes(`\n## ${version} - `) && `CHANGELOG.md has no dated ${version}`,
  // npm compares the repository with where the workflow runs, and gives no provenance otherwise. It
  // also makes links of a README from it.
  ...["repository", "homepage", "bugs", "author"].filter((field) => !manifest[field])
    .map((field) => `package.json has no "${field}". Fill it in; only the maintainers know it`),
].filter(Boolean);
for (const problem of problems) console.error(`Not to be released: ${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;
