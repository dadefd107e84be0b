import { describe, expect, it } from '@jest/globals';
import { startProcess } from '../../../src/io/process/process.ts';

const env = { PATH: '/usr/bin:/bin' };

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function* bytes(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

describe('startProcess', () => {
  it('passes streams through and ends with the exit code', async () => {
    const child = startProcess('/bin/sh', ['-c', 'cat; echo err >&2; exit 4'], {
      env,
      stdin: bytes('a', 'b'),
    });

    const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);

    expect([stdout, stderr, await child.ended()]).toEqual(['ab', 'err\n', { code: 4, signal: undefined }]);
  });

  it('inherits nothing of our environment', async () => {
    const child = startProcess('/usr/bin/env', [], { env: { ONLY: 'this' } });

    expect(await textOf(child.stdout)).toBe('ONLY=this\n');
  });

  it('stands outside of the checkout unless a folder is named', async () => {
    const [here, there] = [{ env }, { env, cwd: '/usr' }].map((options) =>
      startProcess('/bin/pwd', [], options),
    );

    expect(here && (await textOf(here.stdout))).toBe('/\n');
    expect(there && (await textOf(there.stdout))).toBe('/usr\n');
  });

  it('asks a process to stop when it is cancelled, and makes it after the grace', async () => {
    const abort = new AbortController();
    const script = 'trap "echo asked" TERM; echo ready; while :; do sleep 0.01; done';
    const child = startProcess('/bin/sh', ['-c', script], { env, signal: abort.signal, grace: 100 });
    let output = '';

    for await (const chunk of child.stdout) {
      output += Buffer.from(chunk).toString();
      if (output === 'ready\n') abort.abort();
    }

    expect(output).toBe('ready\nasked\n');
    expect(await child.ended()).toEqual({ code: undefined, signal: 'SIGKILL' });
  });

  it('does not wait for what a stopped process has started', async () => {
    const abort = new AbortController();
    const script = 'sleep 3 & echo ready; wait';
    const child = startProcess('/bin/sh', ['-c', script], { env, signal: abort.signal, grace: 50 });

    for await (const _ of child.stdout) abort.abort();

    expect(await child.ended()).toEqual({ code: undefined, signal: 'SIGTERM' });
  });

  it('stops the process when its input cannot be had, and throws why', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half');
      throw new Error('a file changed');
    }
    const child = startProcess('/bin/sh', ['-c', 'cat >/dev/null; sleep 60'], {
      env,
      stdin: broken(),
      grace: 100,
    });

    await expect(child.ended()).rejects.toThrow('a file changed');
  });

  it('lets a process end before it read everything', async () => {
    const much = bytes(...Array.from({ length: 64 }, () => 'x'.repeat(65_536)));
    const child = startProcess('/bin/sh', ['-c', 'exit 2'], { env, stdin: much });

    expect(await child.ended()).toEqual({ code: 2, signal: undefined });
  });

  it('says which tool cannot be started', async () => {
    const child = startProcess('/nonexistent/docker', [], { env, stdin: bytes('x') });

    await expect(child.ended()).rejects.toMatchObject({
      kind: 'unavailable',
      message: '"/nonexistent/docker" cannot be started',
    });
  });
});
