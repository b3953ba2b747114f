/** Short processes, timed from their start to their end. */
import type { Tools } from "./tools.ts";
import { WrongAnswer } from "./worker.ts";

/** A program that does one thing and ends; it ends with an error when an answer was wrong. */
export interface Program {
  name: string;
  command: readonly string[];
}

/** Runs a program and gives its milliseconds. */
export async function launch(
  tools: Tools,
  { name, command }: Program,
  options: { cwd: string; env?: Record<string, string> },
): Promise<number> {
  const { stdout, stderr } = await new Deno.Command(tools.launch, {
    args: [...command],
    cwd: options.cwd,
    stdout: "piped",
    stderr: "piped",
    env: { NODE_NO_WARNINGS: "1", NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...options.env },
  }).output();
  const { ns, code } = JSON.parse(new TextDecoder().decode(stderr));
  if (code !== 0) throw new WrongAnswer(`${name}: ${new TextDecoder().decode(stdout)}`);
  return ns / 1e6;
}
