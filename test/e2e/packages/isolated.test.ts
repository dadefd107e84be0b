import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jobimg, onlyJob } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { repositoryWith } from '../support/repository.ts';

describe("packages beside those of the base's own Python", () => {
  let parts: Parts;

  beforeAll(async () => {
    parts = await startParts({ name: 'isolated' });
  });

  afterAll(() => parts?.[Symbol.asyncDispose]());

  /** What a job sees of six, which the distribution installs, and of idna, which pip does. */
  async function seen(isolated: boolean): Promise<readonly string[]> {
    const look = [
      'from importlib.util import find_spec',
      'from pathlib import Path',
      "print('six:', find_spec('six') is not None)",
      "print('idna:', find_spec('idna') is not None)",
      "print('file:', Path('/usr/lib/python3/dist-packages/six.py').exists())",
    ];
    const spec = `name: isolated\nrun: python look.py\nimage: { apt: [python3-six], packages: [idna==3.10], isolated: ${isolated} }\n`;
    await using repository = await repositoryWith({
      files: { 'jobimg.yml': spec, 'look.py': `${look.join('\n')}\n` },
    });
    const place = ['--registry', `${parts.registry.host}/acme/isolated`, '--defaults', parts.defaults];
    const ended = await jobimg(['run', ...place, '--json'], { cwd: repository.folder, env: parts.env });
    expect(onlyJob(ended)).toMatchObject({ runs: [{ status: 'success' }] });
    return ended.stderr.match(/(?:six|idna|file): \w+/g) ?? [];
  }

  it('are seen with them', async () => {
    expect(await seen(false)).toEqual(['six: True', 'idna: True', 'file: True']);
  });

  it('are seen alone when they are isolated, and the files of the base are still there', async () => {
    expect(await seen(true)).toEqual(['six: False', 'idna: True', 'file: True']);
  });
});
