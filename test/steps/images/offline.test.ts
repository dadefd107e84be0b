import { describe, expect, it } from '@jest/globals';
import { INPUT_DEFAULTS, type Inputs } from '../../../src/inputs/inputs.ts';
import { LOCK_FILE } from '../../../src/lock/lock.ts';
import { sha256 } from '../../../src/oci/digest.ts';
import { main } from '../../../src/steps/main.ts';
import { fakeWorld } from '../../fakes/tools.ts';

const SPEC = 'image: { base: python:3.12-slim }\nrun: python train.py\n';
const LOCK = JSON.stringify({
  note: '',
  version: 1,
  tools: { generator: 1, uv: '0' },
  bases: { 'docker.io/library/python:3.12-slim': { 'linux/amd64': sha256('base') } },
  packages: [],
});
const INPUTS: Inputs = { ...INPUT_DEFAULTS, folder: '/repository', registry: { kind: 'none' } };

describe('a run without a network', () => {
  it.each([
    ['with a lock', { [LOCK_FILE]: LOCK }],
    ['without a lock', {}],
  ])('starts from what is there, %s', async (_, lock) => {
    const world = fakeWorld({ 'jobimg.yml': SPEC, 'train.py': '', ...lock });
    await main(INPUTS, world.tools);
    world.asked.length = 0;
    world.builds.length = 0;

    const { runs } = await main({ ...INPUTS, offline: true }, world.tools);

    expect(runs.map(({ verdict }) => verdict.reason)).toEqual(['succeeded']);
    expect([world.asked, world.builds]).toEqual([[], []]);
  });

  it('goes by the base that images were made on, not by one that was only looked up later', async () => {
    const world = fakeWorld({ 'jobimg.yml': SPEC, 'train.py': '' });
    await main(INPUTS, world.tools);
    world.bases.set('docker.io/library/python:3.12-slim', sha256('moved'));
    await main({ ...INPUTS, until: 'plan' }, world.tools);

    const { runs } = await main({ ...INPUTS, offline: true }, world.tools);

    expect(runs).toHaveLength(1);
  });

  it.each([
    ['never made', { 'jobimg.yml': SPEC }],
    ['made with other packages', { 'jobimg.yml': SPEC, 'requirements.txt': 'six==1.17.0\n' }],
  ])('says that the image is not there when it was %s', async (what, files) => {
    const world = fakeWorld(files);
    if (what !== 'never made') {
      await main(INPUTS, world.tools);
      world.files.set('requirements.txt', 'six==1.16.0\n');
    }

    await expect(main({ ...INPUTS, offline: true }, world.tools)).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'the image of train is not in the local engine, and nothing is built offline',
    });
  });
});
