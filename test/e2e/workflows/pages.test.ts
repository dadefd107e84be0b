import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Block, blocksOf } from '../../docs/snippets.ts';
import { ensureAct } from '../../engine/workflow/act.ts';
import type { PlatformUnderTest, PresetBench } from '../../platforms/bench.ts';
import { OPERATORS, PAGES, type Reader, readerOf } from '../../platforms/pages.ts';
import { type Repository, repositoryWith } from '../support/repository.ts';
import { startAct } from '../support/workflows/act.ts';

const program = await ensureAct();
const BLOCKS = blocksOf('docs/from-valohai.md');

(program === undefined ? describe.skip : describe)('the workflows of the page about Valohai', () => {
  const [here, there] = BLOCKS.filter(({ text }) => text.startsWith('on:'));
  let bench: PresetBench<PlatformUnderTest>;
  let reader: Reader;
  let repository: Repository;

  beforeAll(async () => {
    bench = await PAGES.valohai.start();
    reader = await readerOf('valohai', bench);
    await writeFile(reader.operators, reader.soon(fileOf(OPERATORS)));
    const files = { ...PAGES.valohai.files, 'valohai.yaml': fileOf('valohai.yaml') };
    repository = await repositoryWith({ files });
  });

  afterAll(async () => {
    await repository?.[Symbol.asyncDispose]();
    await bench?.close();
  });

  /** What its steps have said. */
  async function run(workflow: Block | undefined, env: Reader['env']): Promise<string> {
    const registry = `${bench.parts.registry.host}/acme/train`;
    await using act = await startAct({ program: program ?? '', registry, env: { ...reader.env, ...env } });
    const secrets = { WANDB_API_KEY: 'wandb_canary', VALOHAI_TOKEN: bench.env['VALOHAI_TOKEN'] ?? '' };
    const text = reader.here(workflow?.text ?? '');
    const ended = await act.run({ repository, workflow: text, event: 'workflow_dispatch', secrets });
    return ended.said('Main');
  }

  it('run its step on the runner', async () => {
    const said = await run(here, {});

    expect(said).toContain('trained with --lr=0.01');
    expect(bench.platform.requests).toEqual([]);
  });

  it('run the same step at Valohai', async () => {
    const said = await run(there, { JOBIMG_DEFAULTS: reader.operators });

    expect(said).toContain('trained with --lr=0.01');
    expect(bench.platform.requests).toContain('POST /api/v0/executions/');
  });
});

function fileOf(path: string): string {
  return BLOCKS.find(({ file }) => file === path)?.text ?? '';
}
