/** The embedded daemon as a process; it prints its socket and serves until it is killed. */
import { writeSync } from "node:fs";
import { startDaemon } from "../../testing/mod.ts";
import { NAMES, SERVICE, valueOf } from "./names.ts";

const secrets = Object.fromEntries(NAMES.map((name) => [name, valueOf(name)]));
const daemon = await startDaemon({ secrets: { [SERVICE]: secrets } });
writeSync(1, new TextEncoder().encode(daemon.endpoint + "\n"));
