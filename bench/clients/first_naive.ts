/** One secret by the naive client: `first_naive SOCKET`. */
import { check, endpoint, NAME, SERVICE } from "./first.ts";
import { NaiveClient } from "./naive_client.ts";

const client = new NaiveClient(endpoint);
const reply = await client.read(SERVICE, NAME);
client.close();
check(reply.results?.[0].value);
