/**
 * Draws the rooms of the source and their imports into docs/architecture.md.
 *
 * `deno run -A scripts/draw_architecture.ts [--check]`: with `--check` it writes nothing and ends
 * with code 1 when the page shows other imports than the source has.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { type ImportGraph, importGraph } from "../tests/checks/import_graph.ts";
import { FLOORS, type Room, roomOf } from "../tests/checks/rooms.ts";

const BEGIN = "<!-- Drawn by scripts/draw_architecture.ts: begin -->";
const END = "<!-- Drawn by scripts/draw_architecture.ts: end -->";

/** The other rooms that each room imports from. */
type Arrows = ReadonlyMap<Room, readonly Room[]>;

/** Draws the rooms that have files: a picture of their imports, and a table, both top first. */
export function drawRooms(graph: ImportGraph, floors = FLOORS): string {
  const inUse = new Set([...graph.keys()].map((file) => roomOf(file, floors)));
  const rooms = floors.flat().filter((room) => inUse.has(room)).reverse();
  const arrows = arrowsBetween(graph, rooms, floors);
  const id = (room: Room): string => room.name.replaceAll(/\W/g, "_");
  const lines = ["```mermaid", "flowchart TD"];
  for (const room of rooms) lines.push(`  ${id(room)}["${room.name}"]`);
  for (const [room, targets] of arrows) {
    for (const target of targets) {
      if (targets.some((other) => reaches(arrows, other, target))) continue;
      lines.push(`  ${id(room)} --> ${id(target)}`);
    }
  }
  lines.push("```", "", "| room | what it is for | imports |", "| --- | --- | --- |");
  for (const room of rooms) {
    const names = arrows.get(room)!.map(({ name }) => name);
    lines.push(`| \`${room.name}\` | ${room.purpose} | ${names.join(", ") || "none"} |`);
  }
  return lines.join("\n");
}

/** Both the rooms and those that they import from are in the order of `rooms`. */
function arrowsBetween(graph: ImportGraph, rooms: readonly Room[], floors: typeof FLOORS): Arrows {
  const imported = new Map(rooms.map((room) => [room, new Set<Room | undefined>()]));
  for (const [file, imports] of graph) {
    const room = roomOf(file, floors)!;
    for (const { file: target } of imports) {
      const other = target === undefined ? undefined : roomOf(target, floors);
      if (other !== room) imported.get(room)!.add(other);
    }
  }
  return new Map(rooms.map((room) => {
    return [room, rooms.filter((other) => imported.get(room)!.has(other))];
  }));
}

/** Whether imports lead from one room to another, over any number of rooms. */
function reaches(arrows: Arrows, from: Room, to: Room): boolean {
  return arrows.get(from)!.some((next) => next === to || reaches(arrows, next, to));
}

function main(): void {
  const root = join(import.meta.dirname!, "..");
  const { publish } = JSON.parse(readFileSync(join(root, "jsr.json"), "utf8"));
  const files = execFileSync("git", [
    "ls-files",
    "-co",
    "--exclude-standard",
    ...publish.include,
    ":!examples",
  ], {
    cwd: root,
    encoding: "utf8",
  }).split("\n").filter((file) => file.endsWith(".ts"));
  const path = join(root, "docs", "architecture.md");
  const page = readFileSync(path, "utf8");
  const [before, rest] = page.split(BEGIN);
  const [, after] = rest?.split(END) ?? [];
  if (after === undefined) throw new Error(`docs/architecture.md lacks "${BEGIN}" and "${END}"`);
  const drawn = `${before}${BEGIN}\n\n${drawRooms(importGraph(root, files))}\n\n${END}${after}`;
  const formatted = execFileSync(process.execPath, ["fmt", "--ext", "md", "-"], {
    cwd: root,
    encoding: "utf8",
    input: drawn,
  });
  if (formatted === page) {
    return console.log("docs/architecture.md shows the imports of the source");
  }
  if (process.argv.includes("--check")) {
    console.error(
      "docs/architecture.md shows other imports than the source has. " +
        "Run: deno run -A scripts/draw_architecture.ts",
    );
    process.exitCode = 1;
  } else writeFileSync(path, formatted);
}

if (import.meta.main) main();
