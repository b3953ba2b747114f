/** The machine that a run was made on. */
import { output } from "./toolchain.ts";

/** What can change a figure. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGiB: number;
  kernel: string;
  system: string;
  virtual: string;
}

/** Asks the system. */
export async function describeMachine(): Promise<Machine> {
  const lscpu = await output("lscpu") ?? "";
  const field = (name: string) => lscpu.match(new RegExp(`^${name}:\\s+(.*)$`, "m"))?.[1];
  const release = await Deno.readTextFile("/etc/os-release").catch(() => "");
  return {
    cpu: field("Model name") ?? Deno.build.arch,
    cores: navigator.hardwareConcurrency,
    memoryGiB: Math.round(Deno.systemMemoryInfo().total / 2 ** 30),
    kernel: Deno.osRelease(),
    system: release.match(/^PRETTY_NAME="(.*)"$/m)?.[1] ?? Deno.build.os,
    virtual: field("Hypervisor vendor") ?? "none",
  };
}

/** The load averages over 1, 5 and 15 minutes. */
export function load(): number[] {
  return Deno.loadavg().map((n) => Number(n.toFixed(2)));
}
