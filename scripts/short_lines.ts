/**
 * A plugin for the build. Node prints the whole line that threw an error that nobody caught, and Bun
 * several lines around it. In minified code of one line that is many kilobytes, and the error's message
 * is lost behind them. So this breaks the code into short lines, where a line may end: in front of a
 * part of a list or a block. That is one byte for each line. esbuild can limit lines, too, but writes
 * all of the code anew: what a script loads would be 5 % larger, compressed.
 */
import type { Plugin } from "rolldown";

/** What a line has at most, where its parts allow that. */
const LINE = 250;

/** @returns The plugin. It comes last, so that what is put in front of the code stays there. */
export function shortLines(): Plugin {
  return {
    name: "short-lines",
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== "chunk" || !/\.c?js$/.test(file.fileName)) continue;
        file.code = broken(file.code, starts(this.parse(file.code), file.code));
      }
    },
  };
}

/**
 * @param places Where a line may begin, in ascending order.
 * @returns The code with line ends in some of these places.
 */
function broken(code: string, places: readonly number[]): string {
  const lines: string[] = [];
  let from = code.lastIndexOf("\n", places[0]) + 1;
  let last = from;
  if (from > 0) lines.push(code.slice(0, from - 1));
  for (const place of [...places, code.length]) {
    if (place - from > LINE && last > from) {
      lines.push(code.slice(from, last));
      from = last;
    }
    last = place;
  }
  return [...lines, code.slice(from)].join("\n");
}

/** The parts that follow a `,`, `;`, `{` or `}`: in front of them a line end changes nothing. */
function starts(program: unknown, code: string): number[] {
  const found = new Set<number>();
  const visit = (node: unknown, listed: boolean): void => {
    if (typeof node !== "object" || node === null) return;
    const { start, type } = node as { start?: number; type?: string };
    // A text's parts have braces around them, too, and are no code.
    if (listed && start !== undefined && type !== "TemplateElement") {
      if (",;{}".includes(code.charAt(start - 1) || " ")) found.add(start);
    }
    for (const value of Object.values(node)) {
      if (Array.isArray(value)) { for (const part of value) visit(part, true); }
      else visit(value, false);
    }
  };
  visit(program, false);
  return [...found].sort((a, b) => a - b);
}
