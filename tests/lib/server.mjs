// A real server for tests: the built program on a free port, with a data folder of its own.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(process.env.BUILDDIR ?? join(root, 'build'), 'deflect');

/** Runs the program to its end. */
export function run(args, { input = '', env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, ...env } });
    const out = { code: null, stdout: '', stderr: '' };
    child.stdout.on('data', (data) => (out.stdout += data));
    child.stderr.on('data', (data) => (out.stderr += data));
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...out, code }));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** Writes { 'path/name.md': 'text', … } into FOLDER. */
async function writeArticles(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

/** Resolves with the address that the program says it listens on; rejects where it ends first. */
function untilListening(child, server) {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (data) => {
      said += data;
      const url = said.match(/listening on (http:\S+)/)?.[1];
      if (url) resolve(url);
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`deflect serve ended with ${code}:\n${server.log}`)));
  });
}

/**
 * Starts `deflect serve`. `articles`: a folder, or files as { name: text } (else Deflect's own help); `config`: keys of
 * the configuration; `data`: the data folder of an earlier server, kept by its `kill`.
 */
export async function startServer({ articles, config = {}, data, env = {} } = {}) {
  const folder = data ? dirname(data) : await mkdtemp(join(tmpdir(), 'deflect-test-'));
  const server = { folder, data: join(folder, 'data'), log: '' };
  server.articles = typeof articles == 'string' ? articles : articles ? join(folder, 'articles') : join(root, 'articles');
  if (typeof articles == 'object') await writeArticles(server.articles, articles);
  const common = ['--data', server.data, '--articles', server.articles];
  const keys = Object.entries({ rate_limit: 0, ...config }).flatMap(([key, value]) => [`--${key}`, String(value)]);

  const child = spawn(program, [...common, ...keys, 'serve', '--listen', '127.0.0.1:0'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => child.on('close', (code, signal) => resolve(code ?? signal)));
  child.stderr.on('data', (text) => (server.log += text));
  server.pid = child.pid;
  server.run = (...args) => run([...common, ...args]);
  server.signal = (name) => child.kill(name);
  /** Ends at once, as a power cut would; the data folder stays. */
  server.kill = () => (child.kill('SIGKILL'), ended);
  /** Ends as an operator would, and removes what was written; resolves with the exit code. */
  server.stop = async () => {
    child.kill('SIGTERM');
    const code = await ended;
    await rm(folder, { recursive: true, force: true });
    return code;
  };
  server.ended = ended;
  server.exportEvents = async () => {
    const { stdout } = await server.run('export', 'events');
    return stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  };
  server.token = async (role) => {
    const { stdout, stderr, code } = await server.run('token', 'create', '--role', role);
    if (code) throw new Error(stderr);
    return stdout.trim().split(/\s+/).at(-1);
  };
  server.url = await untilListening(child, server);
  return server;
}
