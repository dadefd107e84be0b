import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readRequests } from '../support/images/images.ts';
import { type Ended, jobimg, onlyJob } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { type Repository, repositoryWith } from '../support/repository.ts';
import { runStep } from '../support/runner.ts';

const SPEC = `name: train
run: python -c "import six; print('six', six.__version__)"
image: { requirements: requirements.txt, apt: [less], lock: required }
`;

/** What the tests read of the lock file. */
interface LockFile {
  readonly bases: Readonly<Record<string, unknown>>;
  readonly packages: readonly { readonly step: string; readonly apt?: string[]; readonly pip?: string[] }[];
}

describe('a repository with a lock', () => {
  let parts: Parts;
  let repository: Repository;
  let made: Ended;
  let text: string;

  beforeAll(async () => {
    parts = await startParts({ name: 'lock' });
    repository = await repositoryWith({ files: { 'jobimg.yml': SPEC, 'requirements.txt': 'six\n' } });
    made = await call('lock');
    text = await lockText();
  });

  afterAll(async () => {
    await Promise.all([parts, repository].map((one) => one?.[Symbol.asyncDispose]()));
  });

  function call(command: string, ...words: readonly string[]): Promise<Ended> {
    const place = ['--registry', `${parts.registry.host}/acme/train`, '--defaults', parts.defaults];
    return jobimg([command, ...place, ...words], { cwd: repository.folder, env: parts.env });
  }

  function lockText(): Promise<string> {
    return readFile(join(repository.folder, 'jobimg.lock'), 'utf8');
  }

  it('gets the digest of its base, and what apt and pip would install in it', () => {
    const { bases, packages }: LockFile = JSON.parse(text);

    expect(made.code).toBe(0);
    expect(bases).toEqual({
      'docker.io/library/python:3.13-slim-bookworm': {
        'linux/amd64': expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      },
    });
    expect(packages).toEqual([
      expect.objectContaining({
        step: 'apt',
        apt: expect.arrayContaining([expect.stringMatching(/^less=\d/)]),
      }),
      expect.objectContaining({
        step: 'requirements.txt',
        pip: [expect.stringMatching(/^six==\S+ --hash=sha256:[0-9a-f]{64}$/)],
      }),
    ]);
  });

  it('gets the same lock from the same state', async () => {
    await rm(join(repository.folder, 'jobimg.lock'));

    await call('lock');

    expect(await lockText()).toBe(text);
  });

  it('builds exactly that, then needs one request to know that nothing changed', async () => {
    const [, version = '?'] = /six==(\S+) /.exec(text) ?? [];
    const first = await call('run', '--json');
    const before = (await readRequests(parts.registry)).length;
    const second = await call('build', '--json');
    const asked = (await readRequests(parts.registry)).slice(before);

    expect(onlyJob(first).image).toMatchObject({ result: 'pushed' });
    expect(first.stderr).toContain(`six ${version}`);
    expect(onlyJob(second).image).toMatchObject({
      result: 'found',
      reference: onlyJob(first).image.reference,
    });
    expect(asked.filter(({ status }) => status !== 401)).toHaveLength(1);
  });

  it('is planned offline with the ids that it is built under', async () => {
    const online = await call('plan', '--json');
    const offline = await call('plan', '--json', '--offline');

    expect(onlyJob(offline).image.id).toMatch(/^sha256:/);
    expect(onlyJob(offline).image.id).toBe(onlyJob(online).image.id);
  });

  it('is checked: clean as it is, and after an edit with the name of what is stale', async () => {
    const clean = await call('lock', '--check');
    await repository.write({ 'requirements.txt': 'six\nidna\n' });
    const stale = await call('lock', '--check');
    const refused = await call('build');
    await repository.write({ 'requirements.txt': 'six\n' });

    expect(clean).toMatchObject({ code: 0, stdout: expect.stringContaining('jobimg.lock is up to date') });
    expect(stale.code).toBe(1);
    expect(stale.stderr).toContain('the versions of "requirements.txt" in jobimg.lock were chosen for other');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('run "jobimg lock"');
    expect(await lockText()).toBe(text);
  });

  it('is checked by a step of a workflow', async () => {
    const step = {
      entry: 'lock.js',
      workspace: repository.folder,
      env: parts.env,
      inputs: { check: 'true', defaults: parts.defaults },
    };

    const clean = await runStep(step);
    await repository.write({ 'requirements.txt': 'idna\n' });
    const stale = await runStep(step);
    await repository.write({ 'requirements.txt': 'six\n' });

    expect(clean.code).toBe(0);
    expect(clean.outputs.get('changed')).toBe('false');
    expect(clean.log).toMatch(/^jobimg\.lock is up to date$/m);
    expect(stale.code).toBe(1);
    expect(stale.outputs.get('changed')).toBe('true');
    expect(stale.commands).toContainEqual(
      expect.objectContaining({ name: 'error', message: expect.stringContaining('"requirements.txt"') }),
    );
  });
});
