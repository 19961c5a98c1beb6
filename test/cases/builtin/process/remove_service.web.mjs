#!/usr/bin/env node
// remove_service.web: the place for what has to be cleaned up after a service.
// Clockwork has already ended the process when this script runs.

const STEP = "remove_service.web";
const NAME = "web";

process.on("uncaughtException", (error) => fail(error.message));

console.log(`service ${NAME} has ended; nothing else to clean up`);

function fail(message) {
  console.error(`${STEP}: ${message}`);
  process.exit(1);
}
