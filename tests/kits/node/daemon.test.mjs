import process from "node:process";
import { connect } from "@keychain-auth/client";
import { loadProject } from "@keychain-auth/client/project";
import { withDaemon, withProject } from "@keychain-auth/client/testing";
import { equal } from "node:assert/strict";
import { mock, test } from "node:test";

function fakeTimers() {
  mock.timers.enable();
  return { advance: (ms) => mock.timers.tick(ms), restore: () => mock.timers.reset() };
}

const secrets = { App: { API_KEY: "sk-dev" } };

test(
  "reads from the daemon that runs with the test",
  withDaemon({ secrets }, async (daemon) => {
    const client = await connect();
    equal(client.endpoint, daemon.endpoint);
    equal(await client.service("App").get("API_KEY"), "sk-dev");
    equal(
      daemon.recorded.map(({ action, targets }) => `${action} ${targets}`).join(),
      "read API_KEY",
    );
    await client.close();
  }),
);

test(
  "meets a fault",
  withDaemon({ secrets, faults: ["unregistered"] }, async () => {
    const client = await connect();
    const error = await client.service("App").get("API_KEY").catch((error) => error);
    equal(error.code, "denied");
    await client.close();
  }),
);

test(
  "works under fake timers",
  withDaemon({ secrets }, async (daemon) => {
    const timers = fakeTimers();
    try {
      const client = await connect();
      const service = client.service("App");
      equal(await service.get("API_KEY"), "sk-dev");
      daemon.fail("slow", { delay: 100, times: 1 });
      equal(await service.get("API_KEY"), "sk-dev");
      timers.advance(3_600_000);
      equal(await service.get("API_KEY"), "sk-dev");
      equal(daemon.connections, 1);
      daemon.fail("slow", { delay: Infinity });
      const error = await service.get("API_KEY", { timeout: 50 }).catch((error) => error);
      equal(error.code, "timeout");
      await client.close();
      await daemon.close();
    } finally {
      timers.restore();
    }
  }),
);

const project = {
  service: "App",
  prefix: "{profile}:",
  profile: "test",
  secrets: { API_KEY: {}, SENTRY_DSN: { optional: true }, PORT: { default: "80" } },
  profiles: { test: {} },
};

test(
  "has the values of a project, and nothing of the shell",
  withProject(project, { API_KEY: "sk-test" }, async ({ daemon, env }) => {
    const loaded = await loadProject(project);
    for (const { API_KEY, SENTRY_DSN, PORT } of [env, loaded]) {
      equal(`${API_KEY} ${SENTRY_DSN} ${PORT}`, "sk-test undefined 80");
    }
    equal(daemon.recorded.length, 1);
  }),
);

test("leaves the environment as it was", () => {
  equal(process.env.KEYCHAIN_AUTH_SOCKET, "/nonexistent/agent.sock");
  equal(process.env.SENTRY_DSN, "of the shell");
});
