/**
 * Puts probes into a source, which note the blocks that run. They work in every process of a test,
 * also in one that ends by force: what a runtime's own coverage does not see.
 */
import ts from "typescript";

/** The part of a source that runs as one: a block, the body of an arrow function or all of it. */
export interface Block {
  start: number;
  end: number;
}

/** The blocks of a source, the outer before the inner. */
export function blocksOf(file: string, text: string): Block[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const blocks: Block[] = [{ start: 0, end: text.length }];
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node) || (ts.isArrowFunction(node.parent) && node === node.parent.body)) {
      blocks.push({ start: node.getStart(source), end: node.getEnd() });
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  return blocks;
}

/** Where the innermost block around a position starts. */
export function blockAt(blocks: readonly Block[], position: number): number {
  return blocks.findLast(({ start, end }) => start < position && position < end)?.start ?? 0;
}

/** The source with a probe in each block, which adds a line `file:start` to the file `notes`. */
export function withProbes(file: string, text: string, notes: string): string {
  const inserted: { at: number; code: string }[] = [];
  for (const { start, end } of blocksOf(file, text)) {
    if (start === 0) continue;
    if (text[start] === "{") inserted.push({ at: start + 1, code: `$probe(${start});` });
    else inserted.push({ at: start, code: `($probe(${start}),` }, { at: end, code: ")" });
  }
  // A block that ends where another begins does not exist; at one place the later stands inside.
  inserted.sort((a, b) => a.at - b.at);
  let [result, from] = ["", 0];
  for (const { at, code } of inserted) {
    result += text.slice(from, at) + code;
    from = at;
  }
  return `${result}${text.slice(from)}
$probe(0);
function $probe(start) {
  const noted = globalThis.$noted ??= new Set();
  const note = "${file}:" + start;
  if (noted.has(note)) return;
  noted.add(note);
  try {
    process.getBuiltinModule("node:fs").appendFileSync(${JSON.stringify(notes)}, note + "\\n");
  } catch {}
}
`;
}
