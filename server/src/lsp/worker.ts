import { BrowserMessageReader, BrowserMessageWriter, createConnection } from "vscode-languageserver/browser";
import { version } from "../../../package.json";
import { filesChanged, type WorkerStart } from "../protocol.ts";
import { loadGrammar } from "../syntax/parser.ts";
import { ClientFiles } from "./client-files.ts";
import { serve } from "./server.ts";

/**
 * The language server as a web worker, where there is no disk. It is started by its first message, which brings what the
 * other program reads from its own folder; everything after that is the protocol.
 */

/** What we use of the worker's global scope. */
interface Scope {
  addEventListener(
    type: "message",
    listener: (event: { readonly data: WorkerStart }) => void,
    options: { readonly once: true },
  ): void;
  close(): void;
}

declare const self: Scope;

self.addEventListener(
  "message",
  ({ data: { runtime, grammar, pages } }) => {
    const connection = createConnection(new BrowserMessageReader(self), new BrowserMessageWriter(self));
    const files = new ClientFiles((method, params) => connection.sendRequest(method, params));
    connection.onExit(() => self.close());
    const { renew } = serve(connection, {
      files,
      reads: "workspace",
      // A browser has no folder of the user's.
      variables: {},
      version,
      pages,
      loadGrammar: () => loadGrammar({ runtime, grammar }),
    });
    connection.onNotification(filesChanged, () => {
      files.forget();
      renew();
    });
  },
  { once: true },
);
