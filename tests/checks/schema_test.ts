/** The schema that editors use says what the validator says. */
import { assertEquals } from "@std/assert";
import { Ajv } from "ajv";
import { readFileSync } from "node:fs";
import { validateSpec } from "../../project/validate_spec.ts";
import { repoPath, test } from "../harness.ts";

const schema = JSON.parse(readFileSync(repoPath("project", "kca.schema.json"), "utf8"));
const SECRETS = { A: {}, B: { optional: true } };
const secret = (entry: unknown): unknown => ({ service: "s", secrets: { A: entry } });
const profile = (entry: unknown, name = "dev"): unknown => ({
  service: "s",
  secrets: SECRETS,
  profiles: { [name]: entry },
});

const SPECS: readonly (readonly [valid: boolean, spec: unknown])[] = [
  [true, { service: "s", secrets: {} }],
  [true, { $schema: "x", service: "s", prefix: "p:", secrets: SECRETS }],
  [true, { service: "s", prefix: "p:{profile}:", secrets: SECRETS, profiles: { "a.b_c-1": {} } }],
  [true, secret({ description: "d", target: "t", generate: 1, public: true })],
  [true, secret({ default: "" })],
  [true, profile({ secrets: { B: { required: true } } })],
  [true, profile({ secrets: { B: {} } })],
  [false, []],
  [false, "kca"],
  [false, { secrets: {} }],
  [false, { service: "s" }],
  [false, { service: "", secrets: {} }],
  [false, { service: "a:b", secrets: {} }],
  [false, { service: 1, secrets: {} }],
  [false, { service: "s", secrets: {}, more: 1 }],
  [false, { service: "s", prefix: "{x}", secrets: {} }],
  [false, { service: "s", secrets: { "1A": {} } }],
  [false, { service: "s", secrets: { "A-B": {} } }],
  [false, { service: "s", secrets: { then: {} } }],
  [false, { service: "s", secrets: { A: null } }],
  [false, secret({ optional: false })],
  [false, secret({ public: 1 })],
  [false, secret({ optional: true, default: "x" })],
  [false, secret({ generate: 32, default: "x" })],
  [false, secret({ generate: 0 })],
  [false, secret({ generate: 4097 })],
  [false, secret({ generate: 1.5 })],
  [false, secret({ target: "" })],
  [false, secret({ default: 1 })],
  [false, secret({ other: 1 })],
  [false, profile({ other: 1 })],
  [false, profile({}, "a b")],
  [false, profile({ secrets: { B: { required: false } } })],
  [false, profile({ secrets: { B: { optional: true } } })],
];

test("the schema and the validator of kca.json agree", () => {
  const accepts = new Ajv({ strict: false }).compile(schema);
  for (const [valid, spec] of SPECS) {
    let validated = true;
    try {
      validateSpec(spec);
    } catch {
      validated = false;
    }
    const json = JSON.stringify(spec);
    assertEquals([validated, accepts(spec)], [valid, valid], json);
  }
});
