import { assertEquals, assertStringIncludes } from "@std/assert";
import { test } from "../harness.ts";
import { drawRooms } from "../../scripts/draw_architecture.ts";
import { checkCycles } from "./cycles.ts";
import { type ImportGraph, importGraph, reachedFrom } from "./import_graph.ts";
import { checkPublishedImports } from "./published_imports.ts";
import { checkRooms, type Room, roomOf } from "./rooms.ts";
import { withFiles } from "./with_files.ts";

function graphOf(files: Record<string, string>): ImportGraph {
  return withFiles(files, (folder) => importGraph(folder, [...Object.keys(files), "gone.ts"]));
}

test("importGraph() finds every form of an import", () => {
  const graph = graphOf({
    "a/b.ts": `// import "./comment.ts";
      import one from "./one.ts";
      import type { Two } from "../two.ts";
      import { type Three } from "./three.ts";
      export * from "./four.ts";
      export type { Five } from "./five.ts";
      export const name = "five"; export { name as other };
      type Six = import("./six.ts").Six;
      const seven = await import("./seven.ts");
      const eight = await import("./" + name);
      import "node:net";`,
  });
  assertEquals(graph.get("a/b.ts")!.map(({ kind, file, line }) => [kind, file, line]), [
    ["static", "a/one.ts", 2],
    ["type", "two.ts", 3],
    ["static", "a/three.ts", 4],
    ["static", "a/four.ts", 5],
    ["type", "a/five.ts", 6],
    ["type", "a/six.ts", 8],
    ["dynamic", "a/seven.ts", 9],
    ["dynamic", undefined, 10],
    ["static", undefined, 11],
  ]);
  assertEquals([...graph.keys()], ["a/b.ts"]);
});

test("reachedFrom() follows only the kinds it is given", () => {
  const graph = graphOf({
    "a.ts": `import "./b.ts"; import type { C } from "./c.ts"; await import("./d.ts");`,
    "b.ts": `import "./a.ts"; import "./e.ts";`,
  });
  assertEquals([...reachedFrom(graph, "a.ts", ["static"])], ["a.ts", "b.ts", "e.ts"]);
  assertEquals([...reachedFrom(graph, "a.ts", ["type", "dynamic"])], ["a.ts", "c.ts", "d.ts"]);
});

const alone = { "a.ts": `import "./b.ts";`, "b.ts": `import "./c.ts";`, "c.ts": "" };

test("checkCycles() accepts imports that end somewhere", () => {
  assertEquals(checkCycles(graphOf(alone)), []);
});

const closings: Record<string, string> = {
  "a static import": `import "./a.ts";`,
  "a type import": `import type { A } from "./a.ts";`,
  "a dynamic import": `export const load = () => import("./a.ts");`,
  "a re-export": `export * from "./a.ts";`,
};

for (const [name, code] of Object.entries(closings)) {
  test(`checkCycles() finds a circle that is closed by ${name}`, () => {
    const circles = checkCycles(graphOf({ ...alone, "c.ts": code }));
    assertEquals(circles, ["a.ts → b.ts → c.ts → a.ts"]);
  });
}

test("checkCycles() finds a file that imports itself, and two circles through one file", () => {
  assertEquals(checkCycles(graphOf({ "a.ts": `import "./a.ts";` })), ["a.ts → a.ts"]);
  const circles = checkCycles(graphOf({
    "a.ts": `import "./b.ts"; import "./c.ts";`,
    "b.ts": `import "./a.ts";`,
    "c.ts": `import "./a.ts";`,
  }));
  assertEquals(circles, ["a.ts → b.ts → a.ts", "a.ts → c.ts → a.ts"]);
});

const room = (name: string): Room => ({ name, files: new RegExp(`^${name}/`), purpose: "" });
const floors = [[room("low")], [room("left"), room("right")], [room("top")]];

test("checkRooms() accepts imports inside a room and downwards", () => {
  const graph = graphOf({
    "top/a.ts": `import "./b.ts"; import "../left/a.ts"; import "../low/a.ts"; import "node:fs";`,
    "left/a.ts": `import type { X } from "../low/a.ts";`,
    "low/a.ts": "",
  });
  assertEquals(checkRooms(graph, floors), []);
});

test("checkRooms() finds imports that point up, sideways or out", () => {
  const cases: [file: string, code: string, message: string][] = [
    [
      "low/a.ts",
      `import type { X } from "../left/a.ts";`,
      "low/a.ts:1 imports left/a.ts, up to left",
    ],
    ["left/a.ts", `await import("../right/a.ts");`, "imports right/a.ts, up to right"],
    ["top/a.ts", `export * from "../tests/a.ts";`, "imports tests/a.ts, which belongs to no room"],
    ["other/a.ts", "", "other/a.ts belongs to no room"],
  ];
  for (const [file, code, message] of cases) {
    assertStringIncludes(checkRooms(graphOf({ [file]: code }), floors).join("\n"), message);
  }
});

test("each file of the library has the room of its folder", () => {
  const rooms = ["src/errors/base.ts", "src/clock.ts", "src/client/read.ts", "sync.ts", "env.ts"]
    .map((file) => roomOf(file)?.name);
  assertEquals(rooms, ["src/errors", "src", "src/client", "entries", "kits"]);
  assertEquals(roomOf("tests/harness.ts"), undefined);
});

const options = { quickEntries: ["mod.ts"], packages: ["dotenv"] };

test("checkPublishedImports() accepts built-in modules in later imports", () => {
  const graph = graphOf({
    "mod.ts": `import type { Socket } from "node:net"; import "./a.ts";`,
    "a.ts": `export const load = () => import("./late.ts");`,
    "late.ts": `import "node:net"; import "dotenv";`,
  });
  assertEquals(checkPublishedImports(graph, options), []);
});

test("checkPublishedImports() finds early imports, and packages that users do not have", () => {
  const cases: [code: string, message: string][] = [
    [`import "node:net";`, `a.ts:1 imports "node:net" at once`],
    [`export * from "node:net";`, `imports "node:net" at once`],
    [`import "dotenv";`, `imports "dotenv" at once`],
    [`await import("left-pad");`, `imports "left-pad", which no manifest names`],
    [`import type { A } from "@std/assert";`, `"@std/assert", which is for tests only`],
    [`await import("npm:deno-std@1.4.0/path/mod.js");`, "which is for tests only"],
    [`await import("deno-std");`, "which is for tests only"],
    [`import "./tests/a.ts";`, "imports tests/a.ts, which is not published"],
    ["await import(`./${1}.ts`);", "imports something that is not a literal"],
  ];
  for (const [code, message] of cases) {
    const graph = graphOf({ "mod.ts": `import "./a.ts";`, "a.ts": code });
    assertStringIncludes(checkPublishedImports(graph, options).join("\n"), message);
  }
});

test("drawRooms() draws the shortest arrows and lists all of them", () => {
  const graph = graphOf({
    "top/a.ts": `import "../left/a.ts"; import type { X } from "../low/a.ts"; import "node:fs";`,
    "left/a.ts": `export const load = () => import("../low/a.ts");`,
    "low/a.ts": "",
  });
  const lines = drawRooms(graph, floors).split("\n");
  assertEquals(lines.filter((line) => line.includes("-->")), ["  top --> left", "  left --> low"]);
  assertEquals(lines.filter((line) => line.includes("right")), []);
  assertEquals(lines.slice(-3), [
    "| `top` |  | left, low |",
    "| `left` |  | low |",
    "| `low` |  | none |",
  ]);
});
