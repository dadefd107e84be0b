import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../../src/errors.ts';
import { INPUT_DEFAULTS, type Inputs } from '../../../../src/inputs/inputs.ts';
import type { Digest } from '../../../../src/oci/types.ts';
import { main } from '../../../../src/steps/main.ts';
import type { Registry } from '../../../../src/tools/registry.ts';
import { type FakeWorld, fakeWorld } from '../../../fakes/tools.ts';

const specOf = (image: string) => ({
  'jobimg.yml': `run: python train.py\nimage: ${image}\noutputs: { paths: [outputs/], to: registry }\n`,
  'train.py': 'print("hello")\n',
});
const FILES = specOf('{ base: "python:3.12-slim" }');

const INPUTS: Inputs = {
  ...INPUT_DEFAULTS,
  folder: '/repository',
  registry: { kind: 'repository', text: 'ghcr.io/acme/train' },
};

const run = (world: FakeWorld, registry: Partial<Registry> = {}, changes: Partial<Inputs> = {}) =>
  main({ ...INPUTS, ...changes }, { ...world.tools, registry: { ...world.tools.registry, ...registry } });

const broken = async (): Promise<Digest> => {
  throw new UserError('PUT manifest: DENIED (403)', { code: 'registry-denied', hint: 'add packages: write' });
};

describe('outputs that are to be pushed', () => {
  it('stand beside the image of their run, whose result names them', async () => {
    const world = fakeWorld(FILES);

    const { runs, images } = await run(world);

    const image = images.get('train')?.image?.digest as Digest;
    const [artifact] = world.referrers.get(image) ?? [];
    expect(artifact?.artifactType).toBe('application/vnd.jobimg.outputs.v1');
    expect(runs[0]?.outputsArtifact?.digest).toBe(artifact?.digest);
    expect(runs[0]?.verdict.reason).toBe('succeeded');
    const id = runs[0]?.run.id;
    expect(world.done.slice(-5, -1)).toEqual([
      `collect ${id}`,
      `keep ${id} succeeded`,
      `amend ${id} succeeded`,
      `clean ${id}`,
    ]);
    expect(world.lines.filter((line) => line.includes('whoever may read the image'))).toHaveLength(1);
  });

  it('that a registry refuses make a run that succeeded a failure of ours, which is never tried again', async () => {
    const retry = `${FILES['jobimg.yml']}retry: { max: 2, on: [no-capacity, interruption, error] }\n`;
    const world = fakeWorld({ ...FILES, 'jobimg.yml': retry });

    const { runs, findings } = await run(world, { pushReferrer: broken });

    expect(runs[0]?.verdict).toMatchObject({
      reason: 'internal',
      detail: expect.stringMatching(
        /^the job succeeded, but the outputs .* could not be pushed: .*\/runs\/1$/,
      ),
      hint: 'add packages: write',
    });
    expect(runs[0]?.verdict.exitCode).toBeUndefined();
    expect(runs[0]?.outputs).toEqual(['outputs/metrics.json']);
    expect(world.started).toHaveLength(1);
    expect(findings).toEqual([]);
    expect(world.done).toContainEqual(expect.stringMatching(/^amend .* internal$/));
  });

  it('leave a job that failed what it is, and are a warning then', async () => {
    const world = fakeWorld(FILES);
    world.verdict = { reason: 'failed', exitCode: 3 };

    const { runs, findings } = await run(world, { pushReferrer: broken });

    expect(runs[0]?.verdict).toMatchObject({ reason: 'failed', exitCode: 3 });
    expect(findings.map(({ level, code }) => `${level} ${code}`)).toEqual(['warning outputs']);
  });

  it('are asked for before anything is built: who may not push waits for nothing', async () => {
    const world = fakeWorld(FILES);
    world.mayPush = false;

    await expect(run(world)).rejects.toThrow(
      'the outputs of the job train may not be pushed to ghcr.io/acme/train',
    );
    expect(world.builds).toEqual([]);
  });

  it('need an image in a registry', async () => {
    const world = fakeWorld(FILES);

    const running = run(world, {}, { registry: { kind: 'none' } });

    await expect(running).rejects.toThrow('which is kept in the engine of this machine');
  });

  it('need an image of their own repository', async () => {
    await expect(run(fakeWorld(specOf('docker.io/pytorch/pytorch:2.7')))).rejects.toThrow(
      'is in docker.io/pytorch/pytorch, and not in ghcr.io/acme/train',
    );
    const own = await run(fakeWorld(specOf('ghcr.io/acme/train:v1')));
    expect(own.runs[0]?.outputsArtifact?.path).toBe('acme/train');
  });
});
