/** Who listens is told apart: the process, the user and the group are three different things. */
import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { UntrustedPeerError } from "../../mod.ts";
import { FakeDarwin } from "../support/fake_darwin.ts";
import { FakeLinux, PEER } from "../support/fake_linux.ts";
import { testPlayed } from "../support/played.ts";
import { posixOver } from "../support/posix_far_end.ts";

for (
  const [system, make, expected] of [
    ["Linux", () => new FakeLinux(), PEER],
    ["macOS", () => new FakeDarwin(), { pid: 12_345, uid: 501, gid: 20 }],
  ] as const
) {
  testPlayed(`${system}: peer names process, user and group as the kernel does`, async (kind) => {
    const client = await kind.connect(posixOver(make()), { peer: { uids: [expected.uid] } });
    assertEquals(client.peer, expected);
    await client.close();
  });
}

/** Another user, whose number is trusted only where it is the user's id. */
for (
  const [who, peer, trusted] of [
    ["root", { pid: 1_001, uid: 0, gid: 2_002 }, true],
    ["another user of root's group", { pid: 1_001, uid: 1_001, gid: 0 }, false],
    ["another user of the caller's group", { pid: 3_003, uid: 1_001, gid: 3_003 }, false],
    ["somebody who is named", { pid: 1_001, uid: 4_004, gid: 2_002 }, true],
    ["another user of a group that is named", { pid: 4_004, uid: 1_001, gid: 4_004 }, false],
  ] as const
) {
  testPlayed(`a connection to ${who} is ${trusted ? "taken" : "refused"}`, async (kind) => {
    const fake = new FakeLinux();
    fake.peer = peer;
    const connecting = () => kind.connect(posixOver(fake), { peer: { uids: [4_004] } });
    if (trusted) {
      const client = await connecting();
      assertEquals(client.peer, peer);
      await client.close();
    } else {
      const error = await assertRejects(connecting);
      assertInstanceOf(error, UntrustedPeerError);
      assertEquals(error.uid, peer.uid);
    }
    assertEquals(fake.calls.filter(([name]) => name === "send"), []);
    assertEquals(fake.calls.filter(([name]) => name === "close").length, 1);
  });
}
