// Loaded into a program before its own code: whoever opens a connection or asks for an address is written down and refused.
const { appendFileSync } = require("node:fs");

function refuse(what) {
  appendFileSync(process.env.CONNECTIONS, `${what}\n`);
  throw new Error(`no network here: ${what}`);
}
require("node:net").Socket.prototype.connect = (...target) => refuse(`connect ${JSON.stringify(target)}`);
require("node:dgram").Socket.prototype.send = () => refuse("a datagram");
require("node:dns").lookup = (name) => refuse(`lookup ${name}`);
