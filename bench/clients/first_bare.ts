/** One secret by libc alone: `first_bare SOCKET`. */
import { BareSocket } from "./bare_socket.ts";
import { check, endpoint, NAME, SERVICE } from "./first.ts";

check(new BareSocket(endpoint).read(SERVICE, NAME).results?.[0].value);
