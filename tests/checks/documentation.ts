/** Finds what the public documentation leaves out, in the output of `deno doc --json`. */

interface DocTag {
  kind: string;
  name?: string;
}

interface Documented {
  name: string;
  kind?: string;
  accessibility?: string;
  isOverride?: boolean;
  jsDoc?: { doc?: string; tags?: DocTag[] };
  functionDef?: { params: unknown[] };
}

interface Declaration extends Documented {
  kind: string;
  def: {
    params?: unknown[];
    methods?: Documented[];
    properties?: Documented[];
  };
}

/** The part of `deno doc --json` that is looked at. */
export interface DocOutput {
  nodes: Record<string, { symbols: { name: string; declarations: Declaration[] }[] }>;
}

/**
 * Lists the gaps: every export and every public member says what it is, every function describes
 * each parameter, and functions and classes have an example.
 */
export function documentationGaps(output: DocOutput): string[] {
  const gaps = new Set<string>();
  for (const { symbols } of Object.values(output.nodes)) {
    for (const { name, declarations } of symbols) {
      const own = declarations.find(({ jsDoc }) => jsDoc !== undefined) ?? declarations[0];
      if (own === undefined) continue;
      if (!isDocumented(own)) gaps.add(`${name} has no documentation`);
      if (own.kind === "function" || own.kind === "class") {
        if (!hasTag(own, "example")) gaps.add(`${name} has no example`);
      }
      if (own.kind === "function") addParameterGaps(gaps, name, own, own.def.params ?? []);
      if (own.kind !== "class" && own.kind !== "interface") continue;
      for (const member of [...own.def.methods ?? [], ...own.def.properties ?? []]) {
        if (!isPublic(member)) continue;
        const path = `${name}.${member.name}`;
        if (!isDocumented(member)) gaps.add(`${path} has no documentation`);
        else addParameterGaps(gaps, path, member, member.functionDef?.params ?? []);
      }
    }
  }
  return [...gaps];
}

/** Whether a member needs a description of its own; one that overrides has its base's. */
function isPublic({ accessibility, isOverride, name }: Documented): boolean {
  return accessibility !== "private" && !isOverride && !name.startsWith("[");
}

function isDocumented({ jsDoc }: Documented): boolean {
  return Boolean(jsDoc?.doc?.trim()) || (jsDoc?.tags?.length ?? 0) > 0;
}

function hasTag({ jsDoc }: Documented, kind: string): boolean {
  return jsDoc?.tags?.some((tag) => tag.kind === kind) ?? false;
}

function addParameterGaps(
  gaps: Set<string>,
  name: string,
  { jsDoc }: Documented,
  params: unknown[],
): void {
  const described = jsDoc?.tags?.filter((tag) => tag.kind === "param").length ?? 0;
  if (described < params.length) {
    gaps.add(`${name} describes ${described} of ${params.length} parameters`);
  }
}
