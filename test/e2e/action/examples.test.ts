import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jobimg } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';

const EXAMPLES = fileURLToPath(new URL('../../../examples', import.meta.url));
const files = await readdir(EXAMPLES, { recursive: true });
const names = files
  .filter((file) => /\/(?:jobimg\.yml|polyaxonfile\.yml|valohai\.yaml)$/.test(file))
  .map((file) => file.slice(0, file.lastIndexOf('/')));

describe('every example runs', () => {
  let parts: Parts;

  beforeAll(async () => {
    parts = await startParts({ name: 'examples', auth: 'basic' });
  });

  afterAll(() => parts?.[Symbol.asyncDispose]());

  it.each(names.sort())('%s', async (name) => {
    const folder = await mkdtemp(join(tmpdir(), 'jobimg-example-'));
    await cp(join(EXAMPLES, name), folder, {
      recursive: true,
      filter: (path) => !path.endsWith('jobimg-runs'),
    });

    const words = [
      '--job',
      'all',
      '--registry',
      `${parts.registry.host}/examples/${name}`,
      '--defaults',
      parts.defaults,
      '--json',
    ];
    const ended = await jobimg(['run', ...words], { cwd: folder, env: parts.env });
    await rm(folder, { recursive: true });

    expect(ended.stderr).not.toMatch(/error:/);
    expect(ended.code).toBe(0);
    const runs = (ended.json.jobs ?? []).flatMap((job) => job.runs ?? []);
    expect(runs.length).toBeGreaterThan(0);
    expect(runs.map(({ reason }) => reason)).toEqual(runs.map(() => 'succeeded'));
  });
});
