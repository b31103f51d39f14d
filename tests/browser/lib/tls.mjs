/** Servers that speak https with a certificate of their own, as other sites and proxies do. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as ask } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A key and a certificate, made anew for each run. */
function makeCertificate() {
  const folder = mkdtempSync(join(tmpdir(), 'deflect-tls-'));
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-keyout', key, '-out', cert]);
  if (made.status !== 0) throw new Error(String(made.error || made.stderr));
  const pair = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return pair;
}

const certificate = makeCertificate();

/** A site that answers every request with ANSWER; {origin, close}. HOST tells sites apart. */
export async function startTlsSite(answer, host = '127.0.0.1') {
  const server = createServer(certificate, answer);
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    origin: `https://${host}:${server.address().port}`,
    close: () => new Promise((done) => (server.close(done), server.closeAllConnections())),
  };
}

/** A proxy that hands everything to `target` (set it before the first request). */
export async function startTlsProxy(host = 'localhost') {
  const proxy = { target: '' };
  const site = await startTlsSite((request, response) => {
    const onward = ask(proxy.target + request.url, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.rawHeaders);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  }, host);
  return Object.assign(proxy, site);
}
