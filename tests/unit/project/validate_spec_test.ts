/** What a project may say, and what is refused with the key at fault. */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { needsOf } from "../../../project/resolve.ts";
import { validateSpec } from "../../../project/validate_spec.ts";
import { InvalidRequestError } from "../../../mod.ts";
import { test } from "../../harness.ts";

const SECRETS = { A: {}, B: { optional: true }, C: { default: "x" } };
const PROFILES = { development: {}, production: { secrets: { B: { required: true } } } };
const SPEC = { service: "S", prefix: "p:{profile}:", secrets: SECRETS, profiles: PROFILES };

/** A project file, read as every runtime imports it. */
const parse = (json: string): unknown => JSON.parse(json);

test("a profile decides the targets, and can require optional secrets", () => {
  const project = validateSpec({
    ...SPEC,
    profile: "development",
    secrets: { ...SECRETS, D: { target: "shared:{profile}" } },
  });
  const summary = (profile?: string): string[] =>
    needsOf(project, profile === undefined ? {} : { profile: { name: profile, from: "profile" } })
      .secrets.map(({ target, required }) => `${target}${required ? "!" : ""}`);
  assertEquals(summary(), [
    ...["p:development:A!", "p:development:B", "p:development:C", "shared:development!"],
  ]);
  assertEquals(summary("production"), [
    ...["p:production:A!", "p:production:B!", "p:production:C", "shared:production!"],
  ]);
});

test("a secret is public only when the project says so", () => {
  const secrets = { A: {}, B: { public: true } };
  const needs = needsOf(validateSpec({ service: "S", secrets }));
  assertEquals(needs.secrets.map((need) => need.public), [false, true]);
});

test("a missing choice of profile is an error, unless the project has no profiles", () => {
  assertThrows(() => needsOf(validateSpec(SPEC)), InvalidRequestError, "development, production");
  assertEquals(needsOf(validateSpec({ service: "S", secrets: SECRETS })).profile, undefined);
});

const refused: readonly (readonly [what: string, spec: unknown, argument: string])[] = [
  ["no object", "kca.json", "spec"],
  ["a list", [], "spec"],
  ["an unknown key", { ...SPEC, services: "S" }, "spec.services"],
  ["no service", { ...SPEC, service: undefined }, "spec.service"],
  ["a colon in the service", { ...SPEC, service: "S:x" }, "spec.service"],
  ["an escape sequence in the service", { ...SPEC, service: "\x1b[2J" }, "spec.service"],
  ["a lone surrogate", { ...SPEC, prefix: "\ud800" }, "spec.prefix"],
  ["another placeholder", { ...SPEC, prefix: "{env}:" }, "spec.prefix"],
  ["no secrets", { service: "S" }, "spec.secrets"],
  ["a text for a secret", { ...SPEC, secrets: { A: "x" } }, "spec.secrets.A"],
  [
    "an unknown key of a secret",
    { ...SPEC, secrets: { A: { optinal: true } } },
    "spec.secrets.A.optinal",
  ],
  ["optional: false", { ...SPEC, secrets: { A: { optional: false } } }, "spec.secrets.A.optional"],
  ["public: 1", { ...SPEC, secrets: { A: { public: 1 } } }, "spec.secrets.A.public"],
  [
    "optional with a default",
    { ...SPEC, secrets: { A: { optional: true, default: "" } } },
    "spec.secrets.A.optional",
  ],
  ["a number as default", { ...SPEC, secrets: { A: { default: 1 } } }, "spec.secrets.A.default"],
  ["an empty target", { ...SPEC, secrets: { A: { target: "" } } }, "spec.secrets.A.target"],
  ["zero random bytes", { ...SPEC, secrets: { A: { generate: 0 } } }, "spec.secrets.A.generate"],
  [
    "a default that is generated",
    { ...SPEC, secrets: { A: { generate: 32, default: "x" } } },
    "spec.secrets.A.generate",
  ],
  [
    "a direction mark in a description",
    { ...SPEC, secrets: { A: { description: "\u202etxt" } } },
    "spec.secrets.A.description",
  ],
  ["a name with a dash", { ...SPEC, secrets: { "A-B": {} } }, "spec.secrets.A-B"],
  [
    "a name that runs other code",
    { ...SPEC, secrets: { NODE_OPTIONS: {} } },
    "spec.secrets.NODE_OPTIONS",
  ],
  ["such a name of another system", { ...SPEC, secrets: { pathext: {} } }, "spec.secrets.pathext"],
  ["a name of kca's own", { ...SPEC, secrets: { KCA_SOURCE: {} } }, "spec.secrets.KCA_SOURCE"],
  ["then", { ...SPEC, secrets: { then: {} } }, "spec.secrets.then"],
  ["toJSON", { ...SPEC, secrets: { toJSON: {} } }, "spec.secrets.toJSON"],
  ["__proto__", parse('{"service":"S","secrets":{"__proto__":{}}}'), "spec.secrets.__proto__"],
  ["__proto__ as a key", parse('{"__proto__":{},"service":"S","secrets":{}}'), "spec.__proto__"],
  ["an undeclared default profile", { ...SPEC, profile: "test" }, "spec.profile"],
  ["a profile without profiles", { service: "S", secrets: {}, profile: "test" }, "spec.profile"],
  [
    "a placeholder without profiles",
    { service: "S", prefix: "{profile}", secrets: {} },
    "spec.profiles",
  ],
  ["a space in a profile", { ...SPEC, profiles: { "a b": {} } }, 'spec.profiles."a b"'],
  [
    "an unknown key of a profile",
    { ...SPEC, profiles: { p: { prefix: "" } } },
    "spec.profiles.p.prefix",
  ],
  [
    "an undeclared secret in a profile",
    { ...SPEC, profiles: { p: { secrets: { X: {} } } } },
    "spec.profiles.p.secrets.X",
  ],
  [
    "required: false",
    { ...SPEC, profiles: { p: { secrets: { B: { required: false } } } } },
    "spec.profiles.p.secrets.B.required",
  ],
  [
    "required with a default",
    { ...SPEC, profiles: { p: { secrets: { C: { required: true } } } } },
    "spec.profiles.p.secrets.C.required",
  ],
];

for (const [what, spec, argument] of refused) {
  test(`a project is refused for ${what}`, () => {
    const error = assertThrows(() => validateSpec(spec), InvalidRequestError);
    assertEquals(error.argument, argument);
  });
}

test("the message of a hostile key is one short line without control characters", () => {
  const error = assertThrows(
    () => validateSpec({ ...SPEC, [`\x1b]0;${"x".repeat(10_000)}\u202e\n`]: 1 }),
    InvalidRequestError,
  );
  // deno-lint-ignore no-control-regex -- the characters that must not be there
  assertEquals(/[\x00-\x1f\u202e]/.test(error.message), false);
  assertEquals(error.message.length < 300, true);
});

test("a property of Object.prototype is no key of a project", () => {
  const prototype = Object.prototype as { optional?: boolean };
  prototype.optional = true;
  try {
    assertEquals(
      validateSpec({ service: "S", secrets: { A: {} } }).secrets.get("A")!.optional,
      false,
    );
  } finally {
    delete prototype.optional;
  }
});

test("an unknown variable in only is named", () => {
  const project = validateSpec({ service: "S", secrets: SECRETS });
  const error = assertThrows(() => needsOf(project, { only: ["A", "X"] }), InvalidRequestError);
  assertStringIncludes(error.message, '"X"');
});
