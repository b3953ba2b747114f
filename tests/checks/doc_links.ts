/** Checks that the links of the documentation lead to files and headings that exist. */
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/**
 * Lists the links in `files`, Markdown relative to `root`, that lead nowhere. A page that
 * `travels` with the package must not link to what stays behind.
 */
export function checkDocLinks(
  root: string,
  files: readonly string[],
  travels: (file: string) => boolean = () => false,
): string[] {
  return files.filter((file) => file.endsWith(".md")).flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    return linksIn(text).flatMap(({ link, line }) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? file : posix.join(posix.dirname(file), decodeURI(path));
      const there = existsSync(join(root, target)) &&
        (anchor === undefined || anchorsOf(readFileSync(join(root, target), "utf8")).has(anchor));
      if (!there) return [`${file}:${line} links to ${link}, which is not there`];
      const stays = travels(file) && !travels(target);
      return stays ? [`${file}:${line} links to ${link}, which the package leaves out`] : [];
    });
  });
}

/** The links to files of the repository. */
function linksIn(text: string): { link: string; line: number }[] {
  const shown = withoutCode(text);
  return [...shown.matchAll(/\]\(([^)\s]+)\)/g)]
    .filter(([, link]) => !/^[a-z]+:/i.test(link!))
    .map(({ 1: link, index }) => ({ link: link!, line: shown.slice(0, index).split("\n").length }));
}

/** The anchors of the headings, as GitHub makes them. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of withoutCode(text).matchAll(/^#+ +(.+)$/gm)) {
    const name = heading!.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(" ", "-");
    let anchor = name;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${name}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** The same text, with the lines of code blocks left empty. */
function withoutCode(text: string): string {
  return text.replaceAll(/^( *)```.*?^\1```$/gms, (block) => block.replaceAll(/[^\n]/g, ""));
}
