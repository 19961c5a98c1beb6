// Listens on the port that the stack says.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const [, port] = /port +=\s*(\d+)/.exec(readFileSync("main.cw", "utf8"));
createServer((_, response) => response.end("ok\n")).listen(Number(port), "127.0.0.1");
