import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { formsOf, isMaskable } from "../../cli/run/forms.ts";
import { automatonOf, Redactor } from "../../cli/run/redact.ts";
import { runCommand, runtime, runtimeMajor, test } from "../harness.ts";
import { daemonWith, kca, kcaCommand, kcaEnv, posix } from "../support/kca.ts";

const hasFfi = runtime !== "node" || runtimeMajor >= 26;

/** Says for each position whether any value covers it, by looking at every one. */
function naiveRedact(text: string, values: readonly string[]): string {
  const covered = new Array<boolean>(text.length).fill(false);
  for (const value of values.filter((value) => value !== "")) {
    for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
      covered.fill(true, at, at + value.length);
    }
  }
  let result = "";
  for (const [index, character] of [...text].entries()) {
    if (!covered[index]) result += character;
    else if (index === 0 || !covered[index - 1]) result += "[redacted]";
  }
  return result;
}

test("Redactor masks the same however the stream is cut", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 6 });
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 4 }),
      fc.array(fc.string({ unit: fc.constantFrom("a", "b", "c", " "), maxLength: 9 })),
      (values, chunks) => {
        const redactor = new Redactor(automatonOf(values));
        const decoder = new TextDecoder();
        const output = chunks.map((chunk) =>
          decoder.decode(redactor.push(new TextEncoder().encode(chunk)))
        );
        const all = output.join("") + decoder.decode(redactor.end());
        assertEquals(all, naiveRedact(chunks.join(""), values));
      },
    ),
    { numRuns: 1_000 },
  );
});

test("Redactor holds back only bytes that may begin a value", () => {
  const redactor = new Redactor(automatonOf(["secret"]));
  const push = (text: string): string =>
    new TextDecoder().decode(redactor.push(new TextEncoder().encode(text)));
  assertEquals(push("Name? "), "Name? ");
  assertEquals(push("the sec"), "the ");
  assertEquals(push("ond"), "second");
  assertEquals(push("x".repeat(100_000)).length, 100_000);
});

test("Redactor takes linear time also for a value that matches at every byte", () => {
  const redactor = new Redactor(automatonOf(["a".repeat(60_000)]));
  const began = performance.now();
  const output = redactor.push(new Uint8Array(600_000).fill(97));
  assertEquals(new TextDecoder().decode(output) + redactor.end().length, "[redacted]0");
  assert(performance.now() - began < 20_000);
});

/** Masks a text as `kca run --redact` does. */
function masked(text: string, ...values: string[]): string {
  const redactor = new Redactor(automatonOf(values.flatMap((value) => [...formsOf(value)])));
  const decoder = new TextDecoder();
  return decoder.decode(redactor.push(new TextEncoder().encode(text))) +
    decoder.decode(redactor.end());
}

const base64 = (text: string): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/** Everything but letters, digits and -._~ */
function percentEncoded(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

test("formsOf() has a value in the forms of JSON, URLs, base64 and shells", () => {
  const value = "p@ss w/örd&'x' \"y\" <$HOME>\\`z`";
  const unicode = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const json = JSON.stringify({ value });
  const url = new URLSearchParams({ value }).toString();
  const quoted = (quote: string): string => `A='${value.replaceAll("'", quote)}'`;
  for (
    const [form, expected] of [
      [json, '{"value":"[redacted]"}'],
      [json.replace(/[\u007f-\uffff]/g, unicode), '{"value":"[redacted]"}'],
      [json.replace(/[<>&]/g, unicode), '{"value":"[redacted]"}'],
      [json.replaceAll("/", "\\/"), '{"value":"[redacted]"}'],
      // As .NET writes it.
      [
        "p@ss w/\\u00F6rd\\u0026\\u0027x\\u0027 \\u0022y\\u0022 \\u003C$HOME\\u003E" +
        "\\\\\\u0060z\\u0060",
        "[redacted]",
      ],
      [JSON.stringify({ log: json }), '{"log":"{\\"value\\":\\"[redacted]\\"}"}'],
      [`?q=${encodeURIComponent(value)}&x`, "?q=[redacted]&x"],
      [url, "value=[redacted]"],
      [encodeURI(`https://host/${value}?`), "https://host/[redacted]?"],
      // As Python's quote() has it.
      [`${percentEncoded(value).replaceAll("%2F", "/")}!`, "[redacted]!"],
      [
        Object.assign(new URL("ftp://user@host"), { password: value }).href,
        "ftp://user:[redacted]@host/",
      ],
      [Object.assign(new URL("https://host"), { search: value }).href, "https://host/?[redacted]"],
      [url.replace(/%../g, (code) => code.toLowerCase()), "value=[redacted]"],
      [quoted(`'\\''`), "A='[redacted]'"],
      [quoted(`'"'"'`), "A='[redacted]'"],
      // JSON in JSON, as Python has it.
      [
        JSON.stringify(json.replace(/[\u007f-\uffff]/g, unicode)),
        '"{\\"value\\":\\"[redacted]\\"}"',
      ],
      [`A="${value.replace(/["$`\\]/g, "\\$&")}"`, 'A="[redacted]"'],
      [`x ${base64(value)} y`, "x [redacted] y"],
      [base64(value).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, ""), "[redacted]"],
    ] as const
  ) assertEquals(masked(form, value), expected);
  // What is before and after shares two characters of base64 with it, and they stay.
  for (const before of ["", "u", "us", "user:"]) {
    const start = base64(before).slice(0, Math.floor(before.length * 8 / 6));
    for (const after of ["", "m", "mo", ":more"]) {
      const output = masked(base64(before + value + after), value);
      assert(output.startsWith(start), output);
      assert(/^.?\[redacted\].{0,8}=?=?$/.test(output.slice(start.length)), output);
    }
  }
});

test("formsOf() has a value as bash and zsh quote it", () => {
  for (
    const [value, ...forms] of [
      // As printf %q and ${(q)name} write them.
      ["a#b ~c,d", "a#b\\ ~c\\,d", "a\\#b\\ ~c,d"],
      ["#a b=~c", "\\#a\\ b=\\~c", "\\#a\\ b=~c"],
      ["~a {b}!c", "\\~a\\ \\{b\\}\\!c", "\\~a\\ \\{b\\}!c"],
      ["pä\x01s\x7f\x1b\n", "$'pä\\001s\\177\\E\\n'", "$'p\\303\\244\\001s\\177\\E\\n'"],
    ] as const
  ) {
    for (const form of forms) {
      assertEquals(masked(form, value).replace(/^\$'|'$/g, ""), "[redacted]", form);
    }
  }
});

test("formsOf() has every line of a value, also as base64(1) and openssl break it", () => {
  const key = "-----BEGIN KEY-----\r\n" + "abcdefghij0123456789\n".repeat(3) +
    "}\n  \n-----END KEY-----\n";
  assertEquals(
    masked("x abcdefghij0123456789 y\n}\n  \n-----END KEY-----\n", key),
    "x [redacted] y\n}\n  \n[redacted]\n",
  );
  for (const width of [76, 64]) {
    const lines = base64(key).replace(new RegExp(`.{${width}}`, "g"), "$&\n");
    assertEquals(
      masked(lines, key).replace(/\n$/, ""),
      lines.replace(/[^\n]+/g, "[redacted]").trim(),
    );
  }
});

test("formsOf() has a value without the blanks and newlines at its ends, also in base64", () => {
  for (const value of ["  beta-secret-2\n", "beta-secret-2\n\n", " beta-secret-2 \r\n"]) {
    assertEquals(masked("x=beta-secret-2;", value), "x=[redacted];");
    for (const before of ["", "u", "us", "user:"]) {
      const output = masked(base64(`${before}beta-secret-2`), value);
      assert(/^.{0,7}\[redacted\].{0,3}$/.test(output), `${before} ${output}`);
    }
  }
  // As $(…) leaves it.
  assertEquals(masked(base64("  two-words"), "  two-words\n"), "[redacted]");
  assertEquals(masked("indented", "first line\n    indented\n"), "[redacted]");
});

test("formsOf() has a value as console.log and Python's repr show it in an object", () => {
  for (
    const [value, shown] of [
      ['p"w\\d', `{ p: 'p"w\\\\d' }`],
      [`p"w'\\d`, `{'p': 'p"w\\'\\\\d'}`],
    ] as const
  ) assertEquals(masked(shown, value), shown.replace(/'p"[^}]*'/, "'[redacted]'"));
});

test("formsOf() masks nothing that is shorter than four characters", () => {
  assertEquals([...formsOf("abc")], []);
  assertEquals(isMaskable("äöü"), false);
  assertEquals(isMaskable("äöüß"), true);
  assertEquals(masked("y yes no\nabcd", "abcd\ny\nno"), "y yes no\n[redacted]");
});

test("kca run --redact masks values in every form, however the output is cut", async () => {
  await using daemon = await daemonWith({ "p:A": "alpha-beta", "p:B": 'beta"gamma\nand a line' });
  const script = "printf 'x alph'; sleep 0.1; printf 'a-be'; sleep 0.1; printf 'ta\"gamma y\\n'; " +
    "printf %s \"$A\" | base64; echo 'and a line' >&2";
  const { code, stdout, stderr } = await kca(daemon, [
    ...["run", "--prefix", "p:", "--redact", "--", "sh", "-c", script],
  ]);
  assertEquals([code, stdout], [0, "x [redacted] y\n[redacted]\n"]);
  assertEquals(stderr, "[redacted]\n");
}, { skip: !posix });

test("kca run --redact names what is too short to be masked", async () => {
  await using daemon = await daemonWith({
    ...{ "p:PORT": "80", "p:OTHER": "80", "p:KEY": "long enough", "p:NONE": "" },
  });
  const program = ["--", "sh", "-c", "echo $PORT $KEY"];
  const { stdout, stderr } = await kca(daemon, ["run", "--prefix", "p:", "--redact", ...program]);
  assertEquals(stdout, "80 [redacted]\n");
  assertEquals(
    stderr,
    "Warning: not masked, because a value of fewer than 4 characters occurs everywhere: " +
      '"OTHER", "PORT"\n',
  );
  const quiet = await kca(daemon, ["run", "--prefix", "p:", "--redact", "--quiet", ...program]);
  assertEquals([quiet.stdout, quiet.stderr], ["80 [redacted]\n", ""]);
}, { skip: !posix });

test("kca run --redact keeps the order of stdout and stderr where they are one", async () => {
  await using daemon = await daemonWith({ "p:A": "alpha-beta" });
  const lines = Array.from({ length: 50 }, (_, at) => `echo out ${at}; echo err ${at} $A >&2`);
  const script = `"$@" 2>&1 | cat`;
  const command = kcaCommand(["run", "--prefix", "p:", "--redact", "--", "sh", "-c"]);
  const { stdout } = await runCommand(
    ["sh", "-c", script, "sh", ...command, lines.join("; ")],
    { env: kcaEnv(daemon) },
  );
  const expected = Array.from({ length: 50 }, (_, at) => `out ${at}\nerr ${at} [redacted]\n`);
  assertEquals(stdout, expected.join(""));
}, { skip: !posix || !hasFfi });
