/** Faults of getting to the daemon at all. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { runFixture } from "../harness.ts";
import { fails, type Fault } from "./fault.ts";
import { absentEndpoint, staleEndpoint } from "../support/scripted_server.ts";

export const unreachableFaults: readonly Fault[] = [
  {
    name: "no daemon",
    fault: "Nothing is at the endpoint (ENOENT)",
    outcome: "`DaemonUnavailableError` with the path, the reason and `keychain-auth start`",
    server: [[]],
    async run({ mode }) {
      await using place = await absentEndpoint();
      const error = await fails(
        "daemon_unavailable",
        () => mode.connect({ endpoint: place.endpoint }),
        place.endpoint,
        "keychain-auth start",
      );
      const tried = error.tried as { endpoint: string }[];
      assertEquals(tried.map(({ endpoint }) => endpoint), [place.endpoint]);
    },
  },
  {
    name: "stale socket",
    fault: "The socket of a killed daemon is left over (ECONNREFUSED)",
    outcome: "`DaemonUnavailableError` that says so",
    posixOnly: "a pipe ends with its process",
    server: [[]],
    async run({ mode }) {
      await using place = await staleEndpoint();
      const connect = () => mode.connect({ endpoint: place.endpoint });
      await fails("daemon_unavailable", connect, place.endpoint, "left over from a daemon");
    },
  },
  {
    name: "file in place of the socket",
    fault: "A plain file is at the endpoint",
    outcome: "`DaemonUnavailableError` with the path",
    posixOnly: "a pipe's name is not a file's name",
    server: [[]],
    async run({ mode }) {
      const folder = await mkdtemp(join(tmpdir(), "kca-fault-"));
      try {
        const endpoint = join(folder, "agent.sock");
        await writeFile(endpoint, "");
        await fails("daemon_unavailable", () => mode.connect({ endpoint }), endpoint);
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  },
  {
    name: "no permission on the socket",
    fault: "The socket belongs to another user, and the caller may not open it (EACCES)",
    outcome: "`DaemonUnavailableError`: permission denied, and whom to ask",
    posixOnly: "pipes have other rights, tested with the Windows calls",
    server: [[]],
    async run({ endpoint, mode }) {
      const { code, stdout, stderr } = await runFixture("forbidden_socket", {
        args: [endpoint, mode.transport, String(mode.sync)],
      });
      assertEquals(code, 0, stderr);
      assertStringIncludes(stdout, '"daemon_unavailable"');
      assertStringIncludes(stdout, `Cannot connect to \\"${endpoint}\\": permission denied`);
      // An ordinary user has closed a socket of their own.
      const root = process.getuid?.() === 0;
      const what = root ? "belongs to another user, or you have no access" : "Type: chmod u+rw";
      assertStringIncludes(stdout, what);
    },
  },
  {
    name: "path too long",
    fault: "The endpoint's path does not fit into `sun_path`",
    outcome: "`InvalidRequestError` with its length in bytes, before any call",
    posixOnly: "pipes have longer names",
    server: [[]],
    async run({ mode }) {
      const endpoint = `/tmp/${"ä".repeat(52)}`;
      const connect = () => mode.connect({ endpoint });
      await fails("invalid_request", connect, "takes 110 bytes with its NUL");
    },
  },
];
