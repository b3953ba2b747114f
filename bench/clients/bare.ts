/** libc alone as a contender: `bare SOCKET`. */
import process from "node:process";
import { BareSocket } from "./bare_socket.ts";
import { NAMES, SERVICE, valueOf } from "./names.ts";
import { serve, timedSync } from "./serve.ts";

const socket = new BareSocket(process.argv[2]);

await serve({
  exact: (count) =>
    timedSync(count, (i) => {
      const name = NAMES[i % NAMES.length];
      return socket.read(SERVICE, name).results?.[0].value === valueOf(name);
    }),
});
