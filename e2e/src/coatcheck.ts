import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const java = process.env.JAVA_HOME === undefined ? 'java' : join(process.env.JAVA_HOME, 'bin', 'java');
export const jar = process.env.E2E_JAR ?? join(root, 'server', 'target', 'coatcheck', 'coatcheck.jar');

export const password = 'correct horse battery staple';

export interface Coatcheck {
  readonly port: number;
  readonly folder: string;
  /** Everything it printed so far. */
  readonly output: () => string;
  readonly stop: () => Promise<void>;
  /** kill -9, then a start on the same folder and port. */
  readonly killAndRestart: () => Promise<void>;
  /** Every file of its folder and its output, for the search for secrets. */
  readonly traces: () => ReadonlyMap<string, Buffer>;
}

/** A free port of the loopback interface. */
export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === 'object'
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });
}

/** A server on its own folder with the user `ann`, ready to answer. */
export async function startCoatcheck(port: number, settings: Record<string, unknown>): Promise<Coatcheck> {
  if (!existsSync(jar)) {
    throw new Error(`${jar} is missing: run ./mvnw -DskipTests package first`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'coatcheck-e2e-'));
  const config = join(folder, 'coatcheck.yml');
  const all = {
    listen: `127.0.0.1:${port}`,
    'database.url': `sqlite:${join(folder, 'coatcheck.db')}`,
    sessions: 'database',
    'keys.file': join(folder, 'keys'),
    ...settings,
  };
  writeFileSync(
    config,
    Object.entries(all)
      .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
      .join(''),
  );
  const added = spawnSync(java, ['-jar', jar, 'users', 'add', 'ann', '--config', config], {
    input: `${password}\n`,
    encoding: 'utf8',
  });
  if (added.status !== 0) {
    throw new Error(`users add failed: ${added.stdout}${added.stderr}`);
  }
  const chunks: string[] = [];
  let child = await launch(config, port, chunks);
  return {
    port,
    folder,
    output: () => chunks.join(''),
    stop: async () => await end(child, 'SIGTERM'),
    killAndRestart: async () => {
      await end(child, 'SIGKILL');
      child = await launch(config, port, chunks);
    },
    traces: () => {
      const files = new Map<string, Buffer>([['output', Buffer.from(chunks.join(''))]]);
      for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (file.isFile()) {
          files.set(file.name, readFileSync(join(file.parentPath, file.name)));
        }
      }
      return files;
    },
  };
}

async function launch(config: string, port: number, chunks: string[]): Promise<ChildProcess> {
  const child = spawn(java, ['-Xmx512m', '-jar', jar, 'serve', '--config', config], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  const end = Date.now() + 60_000;
  while (Date.now() < end) {
    if (child.exitCode !== null) {
      break;
    }
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) {
      return child;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill('SIGKILL');
  throw new Error(`the server did not become ready: ${chunks.join('')}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  await new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}
