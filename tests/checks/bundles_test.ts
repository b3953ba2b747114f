import { assertEquals } from "@std/assert";
import { test } from "../harness.ts";
import { eagerBuiltins } from "./bundles_eager.ts";

test("eagerBuiltins() finds static imports, with and without a prefix", () => {
  assertEquals(eagerBuiltins(`import { connect } from "node:net";`), ["node:net"]);
  assertEquals(eagerBuiltins(`import "fs";\nexport * from "crypto";`), ["fs", "crypto"]);
  assertEquals(eagerBuiltins(`import { dlopen } from "bun:ffi";`), ["bun:ffi"]);
});

test("eagerBuiltins() finds calls that run when the file is loaded", () => {
  assertEquals(eagerBuiltins(`const net = require("node:net");`), ["node:net"]);
  assertEquals(eagerBuiltins(`var x = __require("fs"), y = import.meta.require("net");`), [
    "fs",
    "net",
  ]);
  assertEquals(eagerBuiltins(`const net = await import("node:net");`), ["node:net"]);
  assertEquals(eagerBuiltins(`process.getBuiltinModule("node:fs").statSync;`), ["node:fs"]);
  assertEquals(eagerBuiltins(`(() => { require("node:net") })();`), ["node:net"]);
  assertEquals(eagerBuiltins(`(function () { require("node:net") }).call(0, require("fs"));`), [
    "node:net",
    "fs",
  ]);
  assertEquals(eagerBuiltins(`class A { static net = require("node:net"); }`), ["node:net"]);
});

test("eagerBuiltins() ignores calls in functions, and other modules", () => {
  assertEquals(
    eagerBuiltins(`
      import { a } from "./a.js";
      const net = () => import("node:net");
      async function open() { const { connect } = await import("node:net"); }
      class A { fs = () => require("fs"); m() { return process.getBuiltinModule("node:fs"); } }
      class B { net = require("node:net"); }
      const text = "node:net";
      console.log("path");
      import.meta.resolve("node:net");
    `),
    [],
  );
});
