// Serves the file named by PAGE on PORT.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

createServer(async (request, response) => {
  try {
    const page = await readFile(process.env.PAGE);
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
  } catch (error) {
    response.writeHead(500, { "content-type": "text/plain" }).end(String(error));
  }
  console.log(`${request.method} ${request.url} ${response.statusCode}`);
}).listen(Number(process.env.PORT), "127.0.0.1", () => console.log(`listening on ${process.env.PORT}`));
