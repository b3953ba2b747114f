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
 * @param text One paragraph.
 * @param width Columns of a line, the margin included.
 * @param margin Blanks before each line but the first.
 */
export function wrap(text: string, width: number, margin = 0): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width - margin) {
      lines.push(line);
      line = word;
    } else line += line === "" ? word : ` ${word}`;
  }
  return [...lines, line].join(`\n${" ".repeat(margin)}`);
}

/** Breaks a line that people paste into a shell, so that the shell puts it together again. */
export function wrapCommand(line: string, width: number, margin: number): string {
  const lines: string[] = [];
  let current = "";
  for (const word of shellWords(line)) {
    // Room for what ends a line that goes on.
    if (current !== "" && margin + current.length + 1 + word.length > width - 2) {
      lines.push(current);
      current = `  ${word}`;
    } else current += current === "" ? word : ` ${word}`;
  }
  const indent = " ".repeat(margin);
  return indent + [...lines, current].join(` \\\n${indent}`);
}

/** Parts between blanks, where quotes and parentheses hold together what is in them. */
function shellWords(line: string): string[] {
  return line.match(/(?:[^\s'"(]|'[^']*'|"[^"]*"|\([^)]*\))+/g) ?? [];
}

/** Puts a label before a text that is wrapped beside it, or below it when the label is too long. */
export function row(label: string, text: string, column: number, width: number): string {
  const margin = " ".repeat(column);
  const body = wrap(text, width, column);
  if (label.length + 2 > column) return `${label}\n${margin}${body}`;
  return label.padEnd(column) + body;
}
