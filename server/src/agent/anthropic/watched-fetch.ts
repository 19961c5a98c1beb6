import type { Watch } from "../watch.ts";

/** What `retry-after` may ask for, in seconds; after a longer wait a person should decide. */
const longestWait = 60;

/**
 * The global `fetch`, with every sign of life told to a watch, since the SDK's own timeout ends with the headers.
 *
 * @param onRefused hears of each attempt that was not taken
 */
export function watchedFetch(watch: Watch, onRefused: (why: string) => void) {
  return async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    watch.alive();
    const response = await fetch(url, init);
    watch.alive();
    if (!response.ok) onRefused(`the server answered ${response.status}`);
    return watched(watch, response);
  };
}

function watched(watch: Watch, response: Response): Response {
  const headers = new Headers(response.headers);
  if (Number(headers.get("retry-after")) > longestWait) headers.set("x-should-retry", "false");
  const body = response.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        watch.alive();
        controller.enqueue(chunk);
      },
    }),
  );
  const { status, statusText } = response;
  return new Response(body ?? null, { status, statusText, headers });
}
