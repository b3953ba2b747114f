// deno-lint-ignore-file no-control-regex
/** A terminal's screen as a picture. */

const CELL = 8.4;
const LINE = 18;
const MARGIN = 14;
const COLOURS: Readonly<Record<string, string>> = { 31: "#ff7b72", 32: "#56d364" };
const FOREGROUND = "#e6edf3";
const FONT = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace";

/** Whoever wants no motion, or has no animation, sees everything at once. */
const APPEARING = "<style>@media(prefers-reduced-motion:no-preference){" +
  "text[style]{animation:appear 1ms both}}@keyframes appear{from{visibility:hidden}}</style>\n";

interface Style {
  readonly colour: string;
  readonly bold: boolean;
}

interface Run extends Style {
  readonly text: string;
}

/**
 * Draws what a terminal of so many columns shows.
 *
 * @param text What was written, with colours; longer lines go on in the next one.
 * @param columns Characters of a line.
 * @param seconds When each line appears. Without, all are there.
 */
export function screenSvg(text: string, columns: number, seconds: readonly number[] = []): string {
  const delays: (number | undefined)[] = [];
  const lines = text.trimEnd().split("\n").flatMap((line, index) => {
    const rows = cells(line, columns);
    delays.push(...rows.map(() => seconds[index]));
    return rows;
  });
  const width = Math.ceil(columns * CELL + 2 * MARGIN);
  const height = lines.length * LINE + 2 * MARGIN;
  const shown = lines.map((runs, index) => {
    const y = MARGIN + index * LINE + 13;
    let column = 0;
    const spans = runs.map(({ text, colour, bold }) => {
      const x = (MARGIN + column * CELL).toFixed(1);
      const length = (text.length * CELL).toFixed(1);
      column += text.length;
      if (text.trim() === "") return "";
      // The length keeps columns below each other whatever font is there.
      return `<tspan x="${x}" textLength="${length}" lengthAdjust="spacingAndGlyphs"` +
        `${colour === FOREGROUND ? "" : ` fill="${colour}"`}${bold ? ' font-weight="bold"' : ""}>` +
        `${escape(text)}</tspan>`;
    });
    const delay = delays[index] === undefined ? "" : ` style="animation-delay:${delays[index]}s"`;
    return `<text y="${y}"${delay}>${spans.join("")}</text>\n`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" font-family="${FONT}" font-size="14" xml:space="preserve">\n` +
    (seconds.length === 0 ? "" : APPEARING) +
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>\n` +
    `<g fill="${FOREGROUND}">\n${shown.join("")}</g>\n</svg>\n`;
}

/** One written line as lines of the screen. */
function cells(line: string, columns: number): Run[][] {
  let style: Style = { colour: FOREGROUND, bold: false };
  const rows: Run[][] = [[]];
  let column = 0;
  for (const part of line.split(/(\x1b\[\d*m)/)) {
    const [, code] = /^\x1b\[(\d*)m$/.exec(part) ?? [];
    if (code !== undefined) {
      style = styled(style, code);
      continue;
    }
    for (let rest = part; rest !== "";) {
      if (column === columns) {
        rows.push([]);
        column = 0;
      }
      const text = rest.slice(0, columns - column);
      rows.at(-1)!.push({ ...style, text });
      rest = rest.slice(text.length);
      column += text.length;
    }
  }
  return rows;
}

function styled(style: Style, code: string): Style {
  if (code === "1" || code === "22") return { ...style, bold: code === "1" };
  return { ...style, colour: COLOURS[code] ?? FOREGROUND };
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
