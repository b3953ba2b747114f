/** The main figures as a bar chart in SVG. */
import { show } from "../bench.ts";
import type { Measurement } from "../bench.ts";

const WIDTH = 860;
const LABEL = 250;
const BAR = 18;
const GAP = 6;
const FONT = 'font-family="system-ui, sans-serif" font-size="12"';

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

/** A colour for what a contender is, the same in every panel and readable on black and white. */
function colour({ contender }: Measurement): string {
  if (contender.startsWith("ours")) return "#2f7ed8";
  if (contender.startsWith("naive")) return "#e08a3c";
  if (/^(JSON|TextDecoder|floor)/.test(contender)) return "#5aa469";
  return "#8a8a8a";
}

function panel(title: string, rows: Measurement[], top: number): { svg: string; height: number } {
  const sorted = rows.toSorted((a, b) => a.median - b.median);
  // One contender far behind must not flatten the others into nothing.
  const longest = Math.min(
    sorted[sorted.length - 1].median,
    4 * sorted[Math.floor(sorted.length / 2)].median,
  );
  const scale = (WIDTH - LABEL - 130) / longest;
  const lines = sorted.map((row, i) => {
    const y = top + 30 + i * (BAR + GAP);
    const cut = row.median > longest;
    const width = Math.max(1, Math.min(row.median, longest) * scale);
    const value = `${show(row.median)} ${row.unit}${cut ? " (bar cut)" : ""}`;
    return `<text x="${LABEL - 8}" y="${y + 13}" text-anchor="end">${
      escape(row.contender)
    }</text>` +
      `<rect x="${LABEL}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2" ` +
      `fill="${colour(row)}"/>` +
      `<text x="${(LABEL + width + 6).toFixed(1)}" y="${y + 13}">${escape(value)}</text>`;
  });
  const heading = `<text x="0" y="${top + 16}" font-size="15" font-weight="600">${
    escape(title)
  }</text>`;
  return { svg: heading + lines.join(""), height: 50 + sorted.length * (BAR + GAP) };
}

/** Draws one panel for each figure that has several contenders; lower is better in all of them. */
export function chart(measurements: readonly Measurement[]): string {
  const figures = [...new Set(measurements.map(({ figure }) => figure))];
  let top = 30;
  let body =
    `<text x="0" y="18">Median, lower is better. Blue: this library. Orange: plain node:net. ` +
    `Green: what the runtime itself needs, and floors. Grey: other languages.</text>`;
  for (const figure of figures) {
    const rows = measurements.filter((row) => row.figure === figure && row.median > 0);
    if (rows.length < 3) continue;
    const { svg, height } = panel(figure, rows, top);
    body += svg;
    top += height;
  }
  const box = `viewBox="-16 0 ${WIDTH + 32} ${top + 10}" width="${WIDTH + 32}" height="${
    top + 10
  }"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box} ${FONT} fill="#222">` +
    `<rect x="-16" width="100%" height="100%" fill="#fff"/>${body}</svg>\n`;
}
