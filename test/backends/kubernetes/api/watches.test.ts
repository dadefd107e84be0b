import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Job } from '../../../../src/backends/kubernetes/api/answers.ts';
import { createApi } from '../../../../src/backends/kubernetes/api/client.ts';
import { type Observer, Watches } from '../../../../src/backends/kubernetes/api/watches.ts';
import { systemClock } from '../../../../src/io/clock.ts';
import { type FakeKubernetes, startFakeKubernetes } from '../../../fakes/kubernetes/server.ts';
import { plainAccess } from '../../kubernetes-bench.ts';

const PATH = '/apis/batch/v1/namespaces/default/jobs';
const OURS = { path: PATH, query: { labelSelector: 'jobimg.dev/job=ours' }, item: Job };

describe('the watches of one process', () => {
  let cluster: FakeKubernetes;
  let watches: Watches;
  let closers: (() => void)[];
  beforeEach(async () => {
    cluster = await startFakeKubernetes({});
    const api = createApi({ access: plainAccess(cluster.url), clock: systemClock, log: () => undefined });
    watches = new Watches(api, systemClock);
    closers = [];
  });
  afterEach(async () => {
    for (const close of closers) close();
    await cluster.close();
  });

  function make(name: string): void {
    const metadata = { name, labels: { 'jobimg.dev/job': 'ours' } } as never;
    cluster.store.create('jobs', 'default', { kind: 'Job', spec: {}, metadata });
  }

  /** Notes what it is told; `until` comes back when it was told so. */
  function observe(name?: string) {
    const told: string[] = [];
    let check = (): void => undefined;
    const tell = (text: string): void => {
      told.push(text);
      check();
    };
    const observer: Observer<Job> = {
      name,
      seen: ({ metadata }) => tell(`seen ${metadata.name}`),
      gone: (one) => tell(`gone ${one}`),
      contact: (error) => tell(error === undefined ? 'contact' : 'no contact'),
      failed: (error) => tell(`failed ${String(error)}`),
    };
    const close = watches.observe(OURS, observer);
    closers.push(close);
    const until = (text: string): Promise<void> =>
      new Promise((resolve) => {
        check = () => {
          if (told.some((one) => one.startsWith(text))) resolve();
        };
        check();
      });
    return { told, close, until };
  }

  const watched = () => cluster.calls.filter((call) => call.startsWith('WATCH')).length;

  it('are one for all who ask for the same, and tell each what the others know', async () => {
    make('a');
    const first = observe();
    await first.until('seen a');

    const second = observe();
    expect(second.told).toEqual(['seen a', 'contact']);
    make('b');
    await Promise.all([first.until('seen b'), second.until('seen b')]);

    expect(watched()).toBe(1);
  });

  it('end with the last who asks, and begin anew', async () => {
    make('a');
    const first = observe();
    const second = observe();
    await second.until('seen a');

    first.close();
    make('b');
    await second.until('seen b');
    second.close();
    const third = observe();
    await third.until('seen b');

    expect(first.told).not.toContain('seen b');
    expect(cluster.calls.filter((call) => call === `GET ${PATH}`)).toHaveLength(2);
  });

  it('say that one is gone which no list has and somebody has made', async () => {
    const one = observe('vanished');

    await one.until('gone vanished');
  });

  it('tell all of them of a refusal, and whoever comes later asks again', async () => {
    cluster.fault = (call, _, response) => {
      if (!call.endsWith('/jobs')) return false;
      response.writeHead(403).end();
      return true;
    };
    const [first, second] = [observe(), observe()];
    await Promise.all([first.until('failed'), second.until('failed')]);

    cluster.fault = undefined;
    make('a');

    await observe().until('seen a');
  });
});
