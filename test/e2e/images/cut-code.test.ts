import { createHash } from 'node:crypto';
import { afterAll, expect, it } from '@jest/globals';
import { readImage } from '../support/images/images.ts';
import { jobimg, onlyJob } from '../support/jobimg.ts';
import { startParts } from '../support/parts.ts';
import { type Files, repositoryWith } from '../support/repository.ts';

/** 6 MB. */
const CODE: Files = Object.fromEntries(
  Array.from({ length: 60 }, (_, index) => [
    `src/part${index % 7}/file${index}.py`,
    `${index} = nn.Linear(${index * 31}, hidden)\n`.repeat(3_500),
  ]),
);
const SUMS = 'find src -type f | sort | xargs cat | sha256sum';

const parts = await startParts({ name: 'cut-code', auth: 'none', bases: ['busybox'] });

afterAll(() => parts[Symbol.asyncDispose]());

it('code in several layers is what was sent, is pushed again but for one, and is made again bit for bit', async () => {
  await using repository = await repositoryWith({
    files: { ...CODE, 'jobimg.yml': `name: train\nrun: ${SUMS}\nimage: { base: "busybox:latest" }\n` },
  });
  const call = (command: string, ...more: readonly string[]) => {
    const to = ['--registry', `${parts.registry.host}/cut`, '--defaults', parts.defaults];
    return jobimg([command, '-C', repository.folder, ...to, ...more], { env: parts.env });
  };
  const layersOf = async () => {
    const { image } = onlyJob(await call('build', '--json'));
    const { manifest } = await readImage(parts.registry, image.reference);
    return manifest.layers.map(({ digest }) => digest);
  };
  const before = await layersOf();
  await repository.write({ 'src/part3/file10.py': 'edited = True\n' });

  const after = await layersOf();

  expect(before.length).toBeGreaterThan(2);
  expect(after.filter((digest) => !before.includes(digest))).toHaveLength(1);
  const ran = await call('run');
  const files = { ...CODE, 'src/part3/file10.py': 'edited = True\n' };
  const all = Object.keys(files)
    .toSorted()
    .map((path) => files[path as keyof typeof files]);
  expect(ran.code).toBe(0);
  expect(ran.stdout).toContain(createHash('sha256').update(all.join('')).digest('hex'));
  expect((await call('verify')).code).toBe(0);
});
