import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { read } from '../../docs/repository.ts';
import { type Block, blocksIn, linesShown, patternOf } from '../../docs/snippets.ts';
import { inherited, jobimg, onlyJob } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { jobimgProgram, type Programs } from '../support/programs.ts';
import { repositoryWith } from '../support/repository.ts';

const STORIES = read('docs/stories.md')
  .split(/^## /m)
  .slice(1)
  .map((text) => ({ title: text.split('\n', 1)[0] ?? '', blocks: blocksIn(text, 'docs/stories.md') }));

describe('the story of', () => {
  let parts: Parts;
  let programs: Programs;
  let published: string;

  beforeAll(async () => {
    parts = await startParts({ name: 'stories', auth: 'basic' });
    programs = await jobimgProgram();
    published = await publish(parts);
  });

  afterAll(async () => {
    await Promise.all([parts, programs].map((one) => one?.[Symbol.asyncDispose]()));
  });

  it.each(STORIES)('$title', async ({ blocks }) => {
    const here = await Promise.all(blocks.map(inTest));
    const files = here.flatMap(({ file, text }) => (file === undefined ? [] : [[file, text] as const]));
    await using repository = await repositoryWith({ files: Object.fromEntries(files) });
    const script = here.filter(({ kind }) => kind === 'sh').map(({ text }) => text);

    const { status, stdout, stderr } = spawnSync('bash', ['-c', `set -e; exec 2>&1\n${script.join('\n')}`], {
      cwd: repository.folder,
      encoding: 'utf8',
      env: {
        ...inherited(),
        ...parts.env,
        PATH: `${programs.path}:${parts.env['PATH'] ?? process.env['PATH']}`,
        JOBIMG_DEFAULTS: parts.defaults,
      },
    });

    expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' });
    for (const line of linesShown(blocks))
      expect(stdout.split('\n')).toContainEqual(expect.stringMatching(patternOf(line)));
  });

  /** With the names of the page as they are here: its registry, its image, and where images of Docker Hub come from. */
  async function inTest(block: Block): Promise<Block> {
    const text = block.text
      .replaceAll('ghcr.io/acme/published@sha256:0123…', published)
      .replaceAll('ghcr.io/acme/train', `${parts.registry.host}/acme/train`);
    const mirrors = block.file === 'org.yml' ? await readFile(parts.defaults, 'utf8') : '';
    return { ...block, text: `${text}${mirrors}` };
  }
});

/** What the authors of the last story have pushed. */
async function publish({ registry, env, defaults }: Parts): Promise<string> {
  const spec = STORIES.at(-1)?.blocks.find(({ file }) => file === 'jobimg.yml')?.text ?? '';
  await using repository = await repositoryWith({ files: { 'jobimg.yml': spec } });
  const words = ['build', '--registry', `${registry.host}/acme/published`, '--defaults', defaults, '--json'];
  const ended = await jobimg(words, { cwd: repository.folder, env });
  return onlyJob(ended).image.reference;
}
