/** The page that the situations make. */
import { assert, assertEquals } from "@std/assert";
import { root, test } from "../harness.ts";
import { plain } from "../support/plain_page.ts";
import { page, written } from "./page.ts";
import { situations } from "./table.ts";

test("docs/doctor.md holds the situations as they are", () => {
  assert(situations.length >= 20);
  assertEquals(plain(written(root)), plain(page()));
});
