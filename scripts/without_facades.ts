/**
 * A plugin for the build. Where a bundler puts several modules that are imported later into one file,
 * it leaves for each a file that only hands on what is in the common one. Deno opens all that a script
 * can lead to before it runs any of it, so this lets the imports lead to the common file at once.
 */
import type { Plugin } from "rolldown";

/** Where the exports of a file really are: the file, and their names there. */
interface Source {
  readonly file: string;
  readonly names: ReadonlyMap<string, string>;
}

const FACADE = /^\s*((?:import(?:\{[^{}]*\}from)?"\.\/[^"]+";)+)export\{([^{}]*)\};\s*$/;
const IMPORT = /import(?:\{([^{}]*)\}from)?"(\.\/[^"]+)";/g;
const LATER = /\bimport\((["'`])(\.\/[^"'`]+)\1\)/g;

/** @returns The plugin. Entries of the package stay. */
export function withoutFacades(): Plugin {
  return {
    name: "without-facades",
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
      const facades = new Map<string, Source>();
      for (const chunk of chunks) {
        const source = chunk.isEntry ? undefined : sourceOf(chunk.code);
        if (source === undefined) continue;
        facades.set(`./${chunk.fileName}`, source);
        delete bundle[chunk.fileName];
      }
      for (const chunk of chunks) {
        chunk.code = chunk.code.replace(LATER, (found, _quote, file) => {
          const source = facades.get(file);
          return source === undefined ? found : importOf(source);
        });
      }
    },
  };
}

/** @returns `undefined` when it is more than such a file, or hands on from several. */
function sourceOf(code: string): Source | undefined {
  const [, imports, exports] = FACADE.exec(code) ?? [];
  if (imports === undefined || exports === undefined) return undefined;
  // Those without names are there to be run, which the file that has the names does as well.
  const named = [...imports.matchAll(IMPORT)].filter(([, names]) => names !== undefined);
  const [first, ...others] = named;
  if (first === undefined || others.length > 0) return undefined;
  const local = new Map(pairs(first[1]!).map(([name, as]) => [as, name]));
  const names = new Map(pairs(exports).map(([name, as]) => [as, local.get(name)!]));
  return { file: first[2]!, names };
}

/** `a as b, c` as pairs. */
function pairs(list: string): [name: string, as: string][] {
  return list.split(",").map((part) => {
    const [name = "", as = name] = part.trim().split(" as ");
    return [name, as];
  });
}

function importOf({ file, names }: Source): string {
  const parts = [...names].map(([as, name]) => `${as}:m.${name}`);
  return `import("${file}").then(m=>({${parts.join(",")}}))`;
}
