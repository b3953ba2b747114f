/**
 * What the runner of GitHub Actions reads from the files that GITHUB_ENV names, and from the lines
 * that a step prints, written after its documentation and behaviour.
 */

/** Reads `NAME=value` and `NAME<<END`, as the runner on Linux does. */
export function readRunnerFile(text: string): Record<string, string> {
  const variables: Record<string, string> = {};
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  while (lines.length > 0) {
    const line = lines.shift()!;
    if (line === "") continue;
    const [, name, mark = "", rest = ""] = /^(.*?)(=|<<)(.*)$/s.exec(line) ?? [];
    if (!name) throw new Error(`Invalid format ${JSON.stringify(line)}`);
    if (mark === "=") {
      variables[name] = rest;
      continue;
    }
    const end = lines.indexOf(rest);
    if (rest === "" || end < 0) throw new Error(`Matching delimiter not found ${rest}`);
    variables[name] = lines.splice(0, end).join("\n");
    lines.shift();
  }
  return variables;
}

/** The values that `::add-mask::` lines hide. */
export function readMasks(text: string): string[] {
  return text.split("\n").filter((line) => line.startsWith("::add-mask::")).map((line) =>
    line.slice("::add-mask::".length)
      .replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%")
  );
}
