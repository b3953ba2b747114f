/** The machine that a run was made on. */
import { output } from "./tools.ts";

/** What can change a figure, in one line. */
export async function describeMachine(): Promise<string> {
  const lscpu = await output(["lscpu"]) ?? "";
  const field = (name: string) => lscpu.match(new RegExp(`^${name}:\\s+(.*)$`, "m"))?.[1];
  const release = await Deno.readTextFile("/etc/os-release").catch(() => "");
  return [
    field("Model name") ?? Deno.build.arch,
    `${navigator.hardwareConcurrency} cores`,
    `${Math.round(Deno.systemMemoryInfo().total / 2 ** 30)} GiB`,
    release.match(/^PRETTY_NAME="(.*)"$/m)?.[1] ?? Deno.build.os,
    `kernel ${Deno.osRelease()}`,
    `hypervisor ${field("Hypervisor vendor") ?? "none"}`,
  ].join(", ");
}
