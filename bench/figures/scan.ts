/** `kca scan` beside ripgrep, which searches for the same strings. */
import { join } from "@std/path";
import { type Needle, needlesOf } from "../../cli/scan/needles.ts";
import type { App } from "../app.ts";
import type { Bench } from "../bench.ts";
import { launch, type Program, type Times } from "../launch.ts";
import { mapSamples, medianOf, ratio } from "../stats.ts";
import { mustOutput, output, ROOT, type Runtime } from "../tools.ts";

const RIPGREP = "rg -j1 -F";

/** Values of the kinds that projects have. */
function makeValues(count: number): string[] {
  const random = (length: number): string => {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    return bytes.toBase64({ alphabet: "base64url" }).slice(0, length);
  };
  const kinds = [
    () => `sk-proj-${random(40)}`,
    () => `postgres://app:${random(12)}@db.internal:5432/app?sslmode=require`,
    () => random(32),
    () => `p4$/${random(6)}`,
    () => `https://${random(30)}@errors.example/123`,
  ];
  return Array.from({ length: count }, (_, at) => kinds[at % kinds.length]());
}

/** Source code and documents, as a disk of a developer has them. */
async function readText(): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const read = async (folder: string): Promise<void> => {
    for await (const { name, isFile, isDirectory } of Deno.readDir(folder)) {
      const path = join(folder, name);
      if (isDirectory) await read(path);
      else if (isFile && /\.(?:[cm]?[jt]s|md|json)$/.test(name)) {
        const bytes = await Deno.readFile(path);
        // ripgrep ends at the first NUL of a file.
        if (!bytes.includes(0)) parts.push(bytes);
      }
    }
  };
  await read(join(ROOT, "node_modules"));
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

/** What is scanned, what for, and where what is found would be. */
interface Texts extends AsyncDisposable {
  folder: string;
  /** A folder with a file for each value, named as in the project. */
  values: string;
  /** A file with all forms of the values. */
  strings: string;
  planted: string;
}

async function makeTexts(bench: Bench): Promise<Texts> {
  const folder = await Deno.makeTempDir({ prefix: "bench-scan-" });
  const [values, strings] = [join(folder, "values"), join(folder, "strings")];
  const made = makeValues(20);
  const names = made.map((_, at) => `SECRET_${at}`);
  await Deno.mkdir(values);
  for (const [at, name] of names.entries()) await Deno.writeTextFile(join(values, name), made[at]);
  const needles = made.flatMap(needlesOf).filter(({ form }) => form !== "utf-16");
  const text = ({ bytes }: Needle): string => new TextDecoder().decode(bytes);
  await Deno.writeTextFile(strings, needles.map((needle) => `${text(needle)}\n`).join(""));
  await Deno.mkdir(join(folder, "app"));
  const secrets = Object.fromEntries(names.map((name) => [name, {}]));
  const project = { service: "bench", prefix: "", secrets };
  await Deno.writeTextFile(join(folder, "app/kca.json"), JSON.stringify(project));

  const source = await readText();
  const big = await Deno.open(join(folder, "app/big.txt"), { create: true, write: true });
  for (let size = 0; size < bench.amount(1 << 30, 1 << 28); size += source.length) {
    for (let at = 0; at < source.length;) at += await big.write(source.subarray(at));
  }
  big.close();
  for (let at = 0; at < bench.amount(100_000, 10_000); at++) {
    const below = join(folder, "app/small", String(at % 1_000));
    if (at < 1_000) await Deno.mkdir(below, { recursive: true });
    const start = (at * 7_919_993) % (source.length - 4_096);
    const part = source.subarray(start, start + 200 + (at * 7_919) % 3_800);
    await Deno.writeFile(join(below, `${at}.ts`), part);
  }
  const git = (...args: string[]) => mustOutput(["git", "-C", join(folder, "app"), ...args]);
  await git("init", "--quiet");
  await git("add", "--all");
  await Deno.writeTextFile(join(folder, "planted.txt"), `\n\n${made[3]}\n${btoa(made[0])}`);
  return {
    folder: join(folder, "app"),
    values,
    strings,
    planted: join(folder, "planted.txt"),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** Measures one file of a gibibyte, and 100,000 files of a few kilobytes. */
export async function scan(bench: Bench, app: App): Promise<void> {
  const version = await output(["rg", "--version"]);
  if (version === undefined) return bench.skip("kca scan / ripgrep", "there is no rg");
  bench.tools.versions.ripgrep = version.split("\n")[0];
  await using texts = await makeTexts(bench);
  const runtimes = bench.tools.runtimes.filter(({ name }) => name !== "node24");
  const kca = ({ command }: Runtime): string[] => [
    ...[...command, join(app.package, app.manifest.bin.kca), "scan", "--quiet"],
    ...["--source", `dir:${texts.values}`],
  ];
  const rg = ["rg", "--no-config", "-j1", "-F", "-f", texts.strings];
  await checkBoth(texts, [rg, ...runtimes.map(kca)]);
  for (
    const [title, path, limit] of [
      ["one file of a gibibyte", "big.txt", 2],
      ["100,000 small files", "small", 3],
    ] as const
  ) {
    console.log(`\nkca scan, ${title}`);
    const programs: Program[] = [
      // It ends with 1 when it has found nothing.
      { name: RIPGREP, command: ["sh", "-c", '"$@"; test $? = 1', "sh", ...rg, path] },
      ...runtimes.map((runtime) => ({ name: runtime.name, command: [...kca(runtime), path] })),
    ];
    const run = (program: Program): Promise<Times> =>
      launch(bench.tools, program, { cwd: texts.folder });
    for (const program of programs) await run(program);
    const both = await bench.takeTurns(programs, 2, async (program) => [await run(program)]);
    const wall = mapSamples(both, (times) => times.wall);
    const processor = mapSamples(both, (times) => times.processor);
    for (const { name } of programs) bench.note(title, name, medianOf(wall, name), "ms");
    for (const { name } of runtimes) {
      const row = `kca scan / ${RIPGREP}, ${title}`;
      bench.hold(
        row,
        name,
        limit,
        ratio(wall, name, RIPGREP),
        "×",
        ratio(processor, name, RIPGREP),
      );
    }
  }
}

/** Sees once that all of them find what is there. */
async function checkBoth({ folder, planted }: Texts, commands: string[][]): Promise<void> {
  for (const [program, ...args] of commands) {
    const { code, stdout } = await new Deno.Command(program, {
      args: [...args, planted],
      cwd: folder,
      env: { NODE_NO_WARNINGS: "1" },
    }).output();
    const lines = new TextDecoder().decode(stdout).trim().split("\n").length;
    const found = program === "rg" ? code === 0 : code === 1;
    if (!found || lines !== 2) {
      throw new Error(`${program} found ${lines} of 2, and ended with ${code}`);
    }
  }
}
