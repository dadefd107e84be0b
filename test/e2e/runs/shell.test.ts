import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { containersOf } from '../support/images/containers.ts';
import { DIST, inherited } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { type Repository, repositoryWith } from '../support/repository.ts';

describe('a shell in the job', () => {
  let parts: Parts;
  let repository: Repository;

  beforeAll(async () => {
    parts = await startParts({ name: 'shell', auth: 'none' });
    const spec = 'name: shell-job\nrun: "false"\nenv: { GREETING: hello }\n';
    repository = await repositoryWith({ files: { 'jobimg.yml': spec, 'code.txt': 'here\n' } });
  });

  afterAll(async () => {
    await Promise.all([parts, repository].map((one) => one?.[Symbol.asyncDispose]()));
  });

  /** A person at a terminal who types this. */
  async function typing(text: string): Promise<{ code: number; said: string }> {
    const command = `${process.execPath} ${DIST}/cli.js shell --registry none --defaults ${parts.defaults}`;
    const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
      cwd: repository.folder,
      env: { ...inherited(), ...parts.env, TERM: 'dumb' },
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      said += more;
      if (/[$#] $/.test(said) && child.stdin.writable) child.stdin.end(text);
    });
    const code = await new Promise<number>((resolve) => child.on('close', (value) => resolve(value ?? -1)));
    return { code, said };
  }

  it('has its environment and its code, ends with its own exit code, and leaves nothing', async () => {
    const { code, said } = await typing('echo "$GREETING from $(id -u) with $(cat code.txt)"; exit 7\n');

    expect(said).toContain('hello from 1000 with here');
    expect(code).toBe(7);
    expect(await containersOf('shell-job', parts.env)).toEqual([]);
  });
});
