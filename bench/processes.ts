/** Processes and their memory, from /proc. */

/** The ids of a process and of all that descend from it; none when it is gone. */
export function processesOf(pid: number): number[] {
  try {
    // A process that has ended and was not yet waited for has no memory, and is none any more.
    if (/^State:\s+Z/m.test(Deno.readTextFileSync(`/proc/${pid}/status`))) return [];
    const below: number[] = [];
    for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
      const children = Deno.readTextFileSync(`/proc/${pid}/task/${name}/children`);
      below.push(...children.trim().split(" ").filter(Boolean).map(Number));
    }
    return [pid, ...below.flatMap(processesOf)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Waits until a process has become a program of this name, or has started one. */
export async function programBelow(pid: number, name: string): Promise<number> {
  for (let i = 0; i < 500; i++) {
    const found = processesOf(pid).find((candidate) => nameOf(candidate) === name);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`Process ${pid} started no ${name}`);
}

function nameOf(pid: number): string | undefined {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/comm`).trim();
  } catch {
    return undefined; // It has just ended.
  }
}

/** What a process and those below it have in memory, in bytes, but for the one that is left out. */
export function heldBeside(pid: number, without: number): number {
  let bytes = 0;
  for (const one of processesOf(pid)) {
    if (one === without) continue;
    const status = Deno.readTextFileSync(`/proc/${one}/status`);
    bytes += Number(status.match(/^VmRSS:\s+(\d+) kB/m)![1]) * 1024;
  }
  return bytes;
}
