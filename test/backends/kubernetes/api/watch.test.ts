import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Job } from '../../../../src/backends/kubernetes/api/answers.ts';
import { type Api, type ApiCall, createApi } from '../../../../src/backends/kubernetes/api/client.ts';
import { ApiError } from '../../../../src/backends/kubernetes/api/errors.ts';
import { watch } from '../../../../src/backends/kubernetes/api/watch.ts';
import { restlessClock } from '../../../fakes/clock.ts';
import { plainAccess } from '../../kubernetes-bench.ts';

const event = (type: string, version: string, name = `job-${version}`): string =>
  `${JSON.stringify({ type, object: { metadata: { name, uid: name, resourceVersion: version }, spec: {} } })}\n`;

const EXPIRED = `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410 } })}\n`;

describe('a watch', () => {
  let controller: AbortController;
  beforeEach(() => {
    controller = new AbortController();
  });
  afterEach(() => controller.abort());

  /** What is asked of a server that answers its watches like this, and then no more: `list`, or the version. */
  async function askedOf(...answers: readonly (() => AsyncGenerator<Buffer>)[]) {
    const asked: string[] = [];
    const seen: string[] = [];
    let isList = 0;
    const api: Api = {
      ...createApi({ access: plainAccess('http://127.0.0.1:1'), clock: restlessClock, log: () => undefined }),
      async call() {
        asked.push('list');
        isList += 1;
        return { value: { metadata: { resourceVersion: `${isList}0` }, items: [] }, date: 0 };
      },
      async stream({ query }: ApiCall) {
        asked.push(String(query?.['resourceVersion']));
        const answer = answers[asked.filter((one) => one !== 'list').length - 1];
        if (answer === undefined) controller.abort();
        return (answer ?? says())() as unknown as Readable;
      },
    };
    const watching = {
      path: '/apis/batch/v1/namespaces/a/jobs',
      query: {},
      item: Job,
      seen: ({ metadata }: Job) => void seen.push(metadata.name),
      gone: () => undefined,
      contact: () => undefined,
      signal: controller.signal,
    };
    await watch(watching, api, restlessClock);
    return { asked, seen };
  }

  const says = (...texts: readonly string[]) =>
    async function* (): AsyncGenerator<Buffer> {
      for (const text of texts) yield Buffer.from(text);
    };

  it('goes on after the last whole line when one is cut off in its middle', async () => {
    const cut = event('ADDED', '12').slice(0, 30);

    expect(await askedOf(says(event('ADDED', '11'), cut))).toEqual({
      asked: ['list', '10', '11'],
      seen: ['job-11'],
    });
  });

  it('goes on after the last whole line when its connection breaks', async () => {
    const broken = async function* (): AsyncGenerator<Buffer> {
      yield Buffer.from(event('ADDED', '11'));
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    };

    expect((await askedOf(broken)).asked).toEqual(['list', '10', '11']);
  });

  it('goes on after a bookmark', async () => {
    const { asked, seen } = await askedOf(says(event('BOOKMARK', '17')));

    expect([asked, seen]).toEqual([['list', '10', '17'], []]);
  });

  it('lists anew when the server has forgotten, be it said in the stream or as the answer', async () => {
    const gone = (): never => {
      throw new ApiError('GET a/jobs', 410, '');
    };

    expect((await askedOf(says(EXPIRED), gone)).asked).toEqual(['list', '10', 'list', '20', 'list', '30']);
  });

  it('is begun again when a page of a proxy was answered', async () => {
    expect((await askedOf(says('<html>\n'))).asked).toEqual(['list', '10', '10']);
  });
});
