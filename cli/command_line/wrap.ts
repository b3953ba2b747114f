/**
 * Wraps lines to the width of a screen.
 *
 * @module
 */

/** The width for output whose width is unknown. */
export const DEFAULT_WIDTH = 80;

/**
 * Wraps a text at blanks. A word that is longer than a line is not split.
 *
 * @param text One paragraph. Blanks at its beginning indent all lines.
 * @param width Columns of a line, the margin included.
 * @param margin Blanks before each line but the first.
 */
export function wrap(text: string, width: number, margin = 0): string {
  const [indent = ""] = /^ */.exec(text) ?? [];
  const room = width - margin - indent.length;
  const lines: string[] = [];
  let line = "";
  // Text in backticks is one word, because it is there to be copied.
  for (const word of text.match(/(?:`[^`]*`|[^ `]|`)+/g) ?? []) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line += line === "" ? word : ` ${word}`;
  }
  return indent + [...lines, line].join(`\n${" ".repeat(margin)}${indent}`);
}

/** Wraps a command line that is shown as usage. */
export function wrapUsage(line: string, width: number, margin: number): string {
  const lines = fill(line, width - margin, 4);
  return lines.map((line) => " ".repeat(margin) + line).join("\n");
}

/** Wraps a command line with backslashes, so that it can be pasted into a shell. */
export function wrapCommand(line: string, width: number, margin: number): string {
  // Leaves room for the backslash at the end of a line.
  const lines = fill(line, width - margin - 2, 2);
  return lines.map((line) => " ".repeat(margin) + line).join(" \\\n");
}

function fill(line: string, width: number, hang: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of shellWords(line)) {
    if (current.trim() !== "" && current.length + 1 + word.length > width) {
      lines.push(current);
      current = " ".repeat(hang) + word;
    } else current += current === "" ? word : ` ${word}`;
  }
  return [...lines, current];
}

/** Parts that stay together: text in quotes or brackets, and a flag with its value. */
function shellWords(line: string): string[] {
  const words = line.match(/(?:[^\s'"([]|'[^']*'|"[^"]*"|\([^)]*\)|\[[^\]]*\])+/g) ?? [];
  return words.reduce<string[]>((all, word) => {
    const last = all.at(-1);
    if (last !== undefined && /^-(?:-[a-z-]*)?$/.test(last) && !word.startsWith("-")) {
      all[all.length - 1] = `${last} ${word}`;
    } else all.push(word);
    return all;
  }, []);
}

/** Puts a label before a wrapped text: beside it, or above it when the label is too long. */
export function row(label: string, text: string, column: number, width: number): string {
  const margin = " ".repeat(column);
  const body = wrap(text, width, column);
  if (label.length >= column) return `${label}\n${margin}${body}`;
  return label.padEnd(column) + body;
}
