/**
 * The nineteen behaviours that keytar 7.9 tests itself by, as calls of whatever module is given. In
 * CommonJS, so that Jest and `require` can run them as well as the suite.
 */
"use strict";

const assert = require("node:assert/strict");

const service = "keytar tests";
const otherService = "other tests";
const account = "buster";
// The one is a prefix of the other.
const account2 = "buster2";
const password = "secret";
const password2 = "secret2";
const unicode = {
  service: "se®vi\u00C7e",
  account: "shi\u0191\u2020ke\u00A5",
  password: "p\u00E5ssw\u00D8®\u2202",
};

const unprintable = {
  toString() {
    throw new Error("An argument was turned into a string");
  },
};

function refuses(call, parameter) {
  // At once, not by a promise: `call` must not be asynchronous.
  assert.throws(call, { name: "TypeError", message: `Parameter '${parameter}' must be a string` });
}

const byAccount = (a, b) => a.account.localeCompare(b.account);

const behaviours = {
  async "sets and yields the password for the service and account"(keytar) {
    assert.equal(await keytar.setPassword(service, account, password), undefined);
    assert.equal(await keytar.getPassword(service, account), password);
    await keytar.setPassword(service, account, password2);
    assert.equal(await keytar.getPassword(service, account), password2);
  },
  async "getPassword yields null when the password was not found"(keytar) {
    assert.equal(await keytar.getPassword(service, account), null);
  },
  "setPassword refuses an object for service"(keytar) {
    refuses(() => keytar.setPassword(unprintable, account, password), "service");
  },
  "setPassword refuses an object for username"(keytar) {
    refuses(() => keytar.setPassword(service, unprintable, password), "username");
  },
  "setPassword refuses an object for password"(keytar) {
    refuses(() => keytar.setPassword(service, account, unprintable), "password");
  },
  "getPassword refuses an object for service"(keytar) {
    refuses(() => keytar.getPassword(unprintable, account), "service");
  },
  "getPassword refuses an object for username"(keytar) {
    refuses(() => keytar.getPassword(service, unprintable), "username");
  },
  async "getPassword handles unicode everywhere"(keytar) {
    await keytar.setPassword(unicode.service, unicode.account, unicode.password);
    assert.equal(await keytar.getPassword(unicode.service, unicode.account), unicode.password);
  },
  async "deletePassword yields true when the password was deleted"(keytar) {
    await keytar.setPassword(service, account, password);
    assert.equal(await keytar.deletePassword(service, account), true);
    assert.equal(await keytar.getPassword(service, account), null);
  },
  async "deletePassword yields false when there was no password"(keytar) {
    assert.equal(await keytar.deletePassword(service, account), false);
  },
  "deletePassword refuses an object for service"(keytar) {
    refuses(() => keytar.deletePassword(unprintable, account), "service");
  },
  "deletePassword refuses an object for username"(keytar) {
    refuses(() => keytar.deletePassword(service, unprintable), "username");
  },
  async "findPassword yields a password of the service"(keytar) {
    await keytar.setPassword(service, account, password);
    await keytar.setPassword(service, account2, password2);
    assert.ok([password, password2].includes(await keytar.findPassword(service)));
  },
  async "findPassword yields null when there is no password"(keytar) {
    assert.equal(await keytar.findPassword(service), null);
  },
  "findPassword refuses an object for service"(keytar) {
    refuses(() => keytar.findPassword(unprintable), "service");
  },
  async "findCredentials yields the credentials of the service alone"(keytar) {
    await keytar.setPassword(service, account, password);
    await keytar.setPassword(service, account2, password2);
    await keytar.setPassword(otherService, account, password);
    const found = await keytar.findCredentials(service);
    assert.deepEqual(found.sort(byAccount), [
      { account, password },
      { account: account2, password: password2 },
    ]);
  },
  async "findCredentials yields an empty array when there are none"(keytar) {
    assert.deepEqual(await keytar.findCredentials(service), []);
  },
  "findCredentials refuses an object for service"(keytar) {
    refuses(() => keytar.findCredentials(unprintable), "service");
  },
  async "findCredentials handles unicode everywhere"(keytar) {
    await keytar.setPassword(unicode.service, unicode.account, unicode.password);
    await keytar.setPassword(unicode.service, account2, password2);
    const found = await keytar.findCredentials(unicode.service);
    assert.deepEqual(found.sort(byAccount), [
      { account: account2, password: password2 },
      { account: unicode.account, password: unicode.password },
    ]);
  },
};

/** Deletes what the behaviours leave; also needed before the first one. */
async function cleanUp(keytar) {
  await keytar.deletePassword(service, account);
  await keytar.deletePassword(service, account2);
  await keytar.deletePassword(otherService, account);
  await keytar.deletePassword(unicode.service, unicode.account);
  await keytar.deletePassword(unicode.service, account2);
}

/** Their names. */
exports.names = Object.keys(behaviours);

/** Runs one behaviour by its name; throws when `keytar` does not have it. */
exports.run = async function run(name, keytar) {
  await cleanUp(keytar);
  try {
    await behaviours[name](keytar);
  } finally {
    await cleanUp(keytar);
  }
};

/** The daemon services that they need when each service of keytar is one of the daemon. */
exports.services = [service, otherService, unicode.service];
