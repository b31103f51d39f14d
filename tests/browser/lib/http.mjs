/** A small HTTP server on a free port of this machine, for pages and for stand-ins of the service. */

import { createServer } from 'node:http';

const readBody = async (request) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
};

/**
 * @param {(request: {method: string, url: URL, headers: object, body: string}, response: import('node:http').ServerResponse) => void} answer
 * @returns {Promise<{origin: string, close: () => Promise<void>}>}
 */
export async function startServer(answer) {
  const server = createServer(async (request, response) => {
    const { method, headers } = request;
    const url = new URL(request.url, `http://${headers.host}`);
    answer({ method, url, headers, body: await readBody(request) }, response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with a text of a type; JSON for anything that is no string. */
export function reply(response, status, content, headers = {}) {
  const isText = typeof content == 'string';
  response.writeHead(status, { 'Content-Type': isText ? 'text/html; charset=utf-8' : 'application/json', ...headers });
  response.end(isText ? content : JSON.stringify(content));
}
