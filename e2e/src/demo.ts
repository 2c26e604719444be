import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './coatcheck.ts';

export interface Demo {
  readonly child: ChildProcess;
  readonly password: string;
  readonly output: () => string;
}

/** The script that a newcomer runs. `exec` makes it the server's own process, so that a signal to it is Ctrl-C. */
export async function startDemo(args: string[]): Promise<Demo> {
  const child = spawn(join(root, 'coatcheck'), ['demo', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const end = Date.now() + 200_000;
  while (!output.includes('Ctrl-C stops it')) {
    if (Date.now() > end || child.exitCode !== null) {
      child.kill('SIGKILL');
      throw new Error(`the demo did not start: ${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const password = /Password\s+(\S+)/.exec(output)?.[1] ?? '';
  return { child, password, output: () => output };
}
