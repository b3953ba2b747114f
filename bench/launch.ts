/** Short processes, timed from their start to their end. */
import type { Tools } from "./tools.ts";
import { WrongAnswer } from "./worker.ts";

/** A program that does one thing and ends; it ends with an error when an answer was wrong. */
export interface Program {
  name: string;
  command: readonly string[];
}

/** Milliseconds of a program, from its start to its end. */
export interface Times {
  wall: number;
  /** Of all processors, which depends less on what else the machine is doing. */
  processor: number;
}

/** Runs a program. */
export async function launch(
  tools: Tools,
  { name, command }: Program,
  options: { cwd: string; env?: Record<string, string> },
): Promise<Times> {
  const { stdout, stderr } = await new Deno.Command(tools.launch, {
    args: [...command],
    cwd: options.cwd,
    stdout: "piped",
    stderr: "piped",
    env: { NODE_NO_WARNINGS: "1", NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...options.env },
  }).output();
  const { ns, cpu_ns, code } = JSON.parse(new TextDecoder().decode(stderr));
  if (code !== 0) throw new WrongAnswer(`${name}: ${new TextDecoder().decode(stdout)}`);
  return { wall: ns / 1e6, processor: cpu_ns / 1e6 };
}
