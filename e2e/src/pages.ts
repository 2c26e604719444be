import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { root } from './coatcheck.ts';

const dist = join(root, 'examples', 'demo', 'dist');
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

/** An app's origin: the demo as it was built, told where its API is, and `/blank` for scripts of a test. */
export async function serveApp(
  port: number,
  apiBaseUrl: string,
  blank = '<!doctype html><title>blank</title>',
): Promise<Server> {
  return await listen(port, (request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    if (path === '/config.json') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ apiBaseUrl }));
    } else if (path === '/blank') {
      response.writeHead(200, { 'content-type': 'text/html' }).end(blank);
    } else {
      sendFile(join(dist, normalize(path)), response);
    }
  });
}

function sendFile(wanted: string, response: ServerResponse): void {
  const file = existsSync(wanted) && statSync(wanted).isFile() ? wanted : join(dist, 'index.html');
  if (!existsSync(file)) {
    response.writeHead(500).end('examples/demo/dist is missing: run npm run build');
    return;
  }
  response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
  createReadStream(file).pipe(response);
}

async function listen(
  port: number,
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  const server = createServer(handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}
