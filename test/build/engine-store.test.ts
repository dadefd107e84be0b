import { describe, expect, it } from '@jest/globals';
import { createEngineStore, type ImageInspect } from '../../src/build/engine-store.ts';
import { ID } from './requests.ts';

const ENGINE_ID = `sha256:${'2'.repeat(64)}` as const;
const IMAGE: ImageInspect = {
  Id: ENGINE_ID,
  Architecture: 'amd64',
  Os: 'linux',
  Config: { User: '1000', Labels: { 'dev.jobimg.id': ID } },
  RootFS: { Layers: [ENGINE_ID] },
};

function engineWith(images: Readonly<Record<string, ImageInspect>>) {
  return createEngineStore(
    async (name) => images[name],
    async () => ({ OSType: 'linux', Architecture: 'aarch64' }),
  );
}

describe('createEngineStore', () => {
  it('finds an image of ours by its tag, with the id of its label', async () => {
    const engine = engineWith({ 'localhost/jobimg:env-1': IMAGE });

    expect(await engine.find('env-1')).toEqual({ engineId: ENGINE_ID, id: ID });
    expect(await engine.find('env-2')).toBeUndefined();
  });

  it.each([undefined, {}, { 'dev.jobimg.id': 'sha256:short' }])(
    'takes no id from the labels %j',
    async (labels) => {
      const image = { ...IMAGE, Config: labels === undefined ? {} : { Labels: labels } };

      expect(await engineWith({ 'localhost/jobimg:t': image }).find('t')).toEqual({
        engineId: ENGINE_ID,
        id: undefined,
      });
    },
  );

  it('names the machine as images are named', async () => {
    expect(await engineWith({}).platform()).toEqual({ os: 'linux', architecture: 'arm64' });
  });

  it('gives the config of any image as the image-spec has it', async () => {
    expect(await engineWith({ [ENGINE_ID]: IMAGE }).inspect(ENGINE_ID)).toEqual({
      architecture: 'amd64',
      os: 'linux',
      config: IMAGE.Config,
      rootfs: { type: 'layers', diff_ids: [ENGINE_ID] },
    });
  });
});
