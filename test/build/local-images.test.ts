import { describe, expect, it } from '@jest/globals';
import { imagesOfContainers, listLocalImages, removeLocalImage } from '../../src/build/local-images.ts';
import type { EngineApi, EngineCall } from '../../src/io/engine/api.ts';
import { EngineError } from '../../src/io/engine/error.ts';

/** An engine that answers these paths, and refuses what it has none for. */
function engineWith(answers: Readonly<Record<string, unknown>>): {
  readonly engine: EngineApi;
  readonly calls: EngineCall[];
} {
  const calls: EngineCall[] = [];
  const json = async (call: EngineCall): Promise<unknown> => {
    calls.push(call);
    const key = `${call.method} ${call.path}`;
    if (!(key in answers)) throw new EngineError('no such image', 404);
    const answer = answers[key];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { engine: { json } as Partial<EngineApi> as EngineApi, calls };
}

const IMAGE = {
  id: 'sha256:1',
  tags: ['train-1', 'latest'],
  made: 0,
  size: 1,
  layers: [],
};

describe('the images that are ours in the engine', () => {
  it('are asked for by their name, and have only our tags', async () => {
    const { engine, calls } = engineWith({
      'GET /images/json': [{ Id: 'sha256:1', RepoTags: ['localhost/jobimg:train-1', 'mine:1'], Size: 7 }],
      'GET /images/sha256:1/json': {
        Metadata: { LastTagTime: '2026-12-01T12:00:00Z' },
        RootFS: { Layers: ['sha256:a'] },
      },
    });

    expect(await listLocalImages(engine)).toEqual([
      { id: 'sha256:1', tags: ['train-1'], made: Date.UTC(2026, 11, 1, 12), size: 7, layers: ['sha256:a'] },
    ]);
    expect(calls[0]?.query).toEqual({ filters: '{"reference":["localhost/jobimg"]}' });
  });

  it('are taken for fresh where the engine does not tell when they were tagged', async () => {
    const { engine } = engineWith({
      'GET /images/json': [{ Id: 'sha256:1', RepoTags: null, Size: 7 }],
      'GET /images/sha256:1/json': { Metadata: { LastTagTime: '0001-01-01T00:00:00Z' } },
    });

    expect(await listLocalImages(engine)).toMatchObject([{ made: Number.POSITIVE_INFINITY }]);
  });

  it('are removed by their tags without force, and one that is in use stays', async () => {
    const free = engineWith({ 'DELETE /images/localhost/jobimg:train-1': [] });
    const used = engineWith({
      'DELETE /images/localhost/jobimg:train-1': new EngineError('is in use', 409),
    });

    expect(await removeLocalImage(IMAGE, free.engine)).toBe(true);
    expect(await removeLocalImage(IMAGE, used.engine)).toBe(false);
    expect(free.calls.map(({ query }) => query)).toEqual([undefined, undefined]);
  });

  it('are used by containers of anybody, running or not', async () => {
    const { engine, calls } = engineWith({ 'GET /containers/json': [{ ImageID: 'sha256:1' }] });

    expect([...(await imagesOfContainers(engine))]).toEqual(['sha256:1']);
    expect(calls[0]?.query).toEqual({ all: true });
  });
});
