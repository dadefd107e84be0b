import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Job } from '../../../../src/backends/kubernetes/api/answers.ts';
import { createApi } from '../../../../src/backends/kubernetes/api/client.ts';
import { Watches } from '../../../../src/backends/kubernetes/api/watches.ts';
import { keepObserving } from '../../../../src/backends/kubernetes/follow/kept-watch.ts';
import { systemClock } from '../../../../src/io/clock.ts';
import { type FakeKubernetes, refusal, send, startFakeKubernetes } from '../../../fakes/kubernetes/server.ts';
import { plainAccess } from '../../kubernetes-bench.ts';

const PATH = '/apis/batch/v1/namespaces/default/jobs';
const WATCHED = { path: PATH, query: {}, item: Job };

describe('a watch that ends with an error', () => {
  let cluster: FakeKubernetes;
  let close: () => void;
  beforeEach(async () => {
    cluster = await startFakeKubernetes({});
    for (const name of ['a', 'b'])
      cluster.store.create('jobs', 'default', {
        kind: 'Job',
        spec: { suspend: true },
        metadata: { name } as never,
      });
    close = () => undefined;
  });
  afterEach(async () => {
    close();
    await cluster.close();
  });

  /** What is told, up to what begins so; `paused` is called before a watch begins anew. */
  function observed(until: string, paused: () => void): Promise<readonly string[]> {
    const told: string[] = [];
    const sleep = async () => paused();
    const clock = { ...systemClock, sleep };
    const api = createApi({ access: plainAccess(cluster.url), clock, log: () => undefined });
    return new Promise((resolve) => {
      const tell = (text: string): void => {
        told.push(text);
        if (text.startsWith(until)) resolve(told);
      };
      close = keepObserving(
        WATCHED,
        {
          seen: ({ metadata }) => tell(`seen ${metadata.name}`),
          gone: (name, last) => tell(`gone ${name}, ${last === undefined ? 'unknown' : 'known'}`),
          contact: (error) => tell(error === undefined ? 'contact' : 'no contact'),
          failed: () => tell('failed'),
        },
        { clock, watches: new Watches(api, clock) },
      );
    });
  }

  function refuse(isMeant: (url: string) => boolean, times: number): void {
    let left = times;
    cluster.fault = (_, { url = '' }, response) => {
      if (left === 0 || !isMeant(url)) return false;
      left -= 1;
      send(response, refusal(403, 'Forbidden', 'roles'));
      return true;
    };
  }

  it('is begun anew, and tells what went away in between', async () => {
    refuse((url) => url.includes('watch=true'), 1);

    const told = await observed('gone', () => void cluster.store.remove('jobs', 'default', 'a'));

    expect(told).toEqual(['contact', 'seen a', 'seen b', 'no contact', 'contact', 'seen b', 'gone a, known']);
  });

  it('is told of where nothing was ever answered', async () => {
    refuse(() => true, Number.POSITIVE_INFINITY);

    expect(await observed('failed', () => undefined)).toEqual(['failed']);
  });
});
