/**
 * Lines that fit a screen.
 *
 * @module
 */

/** Columns of a text that is shown where nobody knows how wide it is. */
export const DEFAULT_WIDTH = 80;

/**
 * Breaks a text at its blanks. A word that is longer than a line stays whole.
 *
 * @param text One paragraph. Blanks at its beginning are kept, before all lines.
 * @param width Columns of a line, the margin included.
 * @param margin Blanks before each line but the first.
 */
export function wrap(text: string, width: number, margin = 0): string {
  const [indent = ""] = /^ */.exec(text) ?? [];
  const room = width - margin - indent.length;
  const lines: string[] = [];
  let line = "";
  // What is in backticks is one word, for it is there to be copied.
  for (const word of text.match(/(?:`[^`]*`|[^ `]|`)+/g) ?? []) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line += line === "" ? word : ` ${word}`;
  }
  return indent + [...lines, line].join(`\n${" ".repeat(margin)}${indent}`);
}

/** Breaks a command line that is there to be read. */
export function wrapUsage(line: string, width: number, margin: number): string {
  const lines = fill(line, width - margin, 4);
  return lines.map((line) => " ".repeat(margin) + line).join("\n");
}

/** Breaks a command line that people paste into a shell, which puts it together again. */
export function wrapCommand(line: string, width: number, margin: number): string {
  // Room for what ends a line that goes on.
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

/** Parts that belong together: what quotes, brackets or a flag hold, and a flag and its value. */
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

/** Puts a label before a text that is wrapped beside it, or below it when the label is too long. */
export function row(label: string, text: string, column: number, width: number): string {
  const margin = " ".repeat(column);
  const body = wrap(text, width, column);
  if (label.length >= column) return `${label}\n${margin}${body}`;
  return label.padEnd(column) + body;
}
