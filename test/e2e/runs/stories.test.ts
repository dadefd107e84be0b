import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DIST, inherited, jobimg, onlyJob } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { repositoryWith } from '../support/repository.ts';

const PAGE = await readFile(fileURLToPath(new URL('../../../docs/stories.md', import.meta.url)), 'utf8');
const STORIES = PAGE.split(/^## /m)
  .slice(1)
  .map((text) => ({ title: text.split('\n', 1)[0] ?? '', blocks: blocksOf(text) }));

describe('the story of', () => {
  let parts: Parts;
  let programs: string;
  let published: string;

  beforeAll(async () => {
    parts = await startParts({ name: 'stories', auth: 'basic' });
    programs = await mkdtemp(join(tmpdir(), 'jobimg-programs-'));
    const program = join(programs, 'jobimg');
    await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${DIST}/cli.js" "$@"\n`);
    await chmod(program, 0o755);
    published = await publish(parts);
  });

  afterAll(async () => {
    await parts?.[Symbol.asyncDispose]();
    await rm(programs, { recursive: true, force: true });
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
        PATH: `${programs}:${parts.env['PATH'] ?? process.env['PATH']}`,
        JOBIMG_DEFAULTS: parts.defaults,
      },
    });

    expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' });
    for (const line of blocks
      .filter(({ kind }) => kind === 'text')
      .flatMap(({ text }) => text.trim().split('\n')))
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

interface Block {
  readonly kind: string;
  readonly file?: string | undefined;
  readonly text: string;
}

function blocksOf(text: string): readonly Block[] {
  return [...text.matchAll(/^```(\w+)(?: file=(\S+))?\n([\s\S]*?)^```$/gm)].map(
    ([, kind = '', file, content = '']) => ({ kind, file, text: content }),
  );
}

function patternOf(line: string): RegExp {
  const parts = line.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}
