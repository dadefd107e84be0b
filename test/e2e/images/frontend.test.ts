import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureFrontendImage } from '../../engine/buildkit/frontend-image.ts';
import type { Base } from '../../engine/images/base.ts';
import { readRequests } from '../support/images/images.ts';
import { type Ended, jobimg, onlyJob } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { repositoryWith } from '../support/repository.ts';

const PARENTS = 'FROM busybox:latest\nCOPY --parents a/b/c.txt /out/\n';

describe('a Dockerfile that needs a newer frontend than the builder has', () => {
  let parts: Parts;
  let frontend: Base;

  beforeAll(async () => {
    parts = await startParts({ name: 'frontend', auth: 'none', bases: ['busybox'] });
    frontend = await ensureFrontendImage(parts.registry, '1.20-labs');
  });

  afterAll(() => parts?.[Symbol.asyncDispose]());

  async function call(command: string, dockerfile: string, ...more: readonly string[]): Promise<Ended> {
    await using repository = await repositoryWith({
      files: {
        Dockerfile: dockerfile,
        'a/b/c.txt': 'carried\n',
        'jobimg.yml': 'name: parents\nrun: cat /out/a/b/c.txt\nimage: { dockerfile: Dockerfile }\n',
      },
    });
    const to = ['--registry', `${parts.registry.host}/parents`, '--defaults', parts.defaults, '--json'];
    return await jobimg([command, '-C', repository.folder, ...to, ...more], { env: parts.env });
  }

  it('is built by the one that it names, from its digest', async () => {
    const before = (await readRequests(parts.registry)).length;

    const ended = await call('run', `# syntax=docker/dockerfile:1.20-labs\n${PARENTS}`);

    expect(ended.stderr).toMatch(/^carried$/m);
    expect(ended.code).toBe(0);
    const requests = (await readRequests(parts.registry)).slice(before).map(({ path }) => path);
    // The tag by us, once, and the digest by the builder.
    const manifests = '/v2/docker/dockerfile/manifests/';
    expect(requests.filter((path) => path === `${manifests}1.20-labs`)).toHaveLength(1);
    expect(requests).toContain(`${manifests}${frontend.digest}`);
  });

  it('and names none is told which it needs', async () => {
    const ended = await call('build', PARENTS);

    expect(ended.stderr).toContain('Dockerfile:2');
    expect(ended.stderr).toContain(
      '--parents needs the frontend docker/dockerfile:1.20 or newer: write "# syntax=docker/dockerfile:1" as the first line',
    );
  });

  it('and names one that does not exist is told so at its line', async () => {
    const ended = await call('plan', `# syntax=docker/dockerfile:1.999\n${PARENTS}`);
    const offline = await call('plan', `# syntax=docker/dockerfile:1.999\n${PARENTS}`, '--offline');

    expect(ended.stderr).toMatch(/Dockerfile:1\b.*docker\/dockerfile:1\.999" does not exist/);
    expect(onlyJob(offline).image).toMatchObject({ id: null });
  });
});
