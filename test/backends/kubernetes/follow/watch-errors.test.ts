import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../../src/io/clock.ts';
import { type FakeKubernetes, refusal, send, startFakeKubernetes } from '../../../fakes/kubernetes/server.ts';
import { outcomeOf } from '../../contract.ts';
import { IMAGE_NAME } from '../../fake-bench.ts';
import { clusterPlan, kubernetesOn, plainAccess } from '../../kubernetes-bench.ts';

const NEVER = new AbortController().signal;

describe('a run that is followed', () => {
  let cluster: FakeKubernetes;
  /** Has the program of the run end. */
  let end: () => void;
  beforeEach(async () => {
    const ending = new Promise<void>((resolve) => {
      end = resolve;
    });
    cluster = await startFakeKubernetes({
      async waits() {
        await ending;
        return 3;
      },
    });
    cluster.images.add(IMAGE_NAME);
  });
  afterEach(async () => {
    end();
    await cluster.close();
  });

  /** Follows one whose watches of one kind are answered otherwise, three times; it ends when they work again. */
  async function followed(path: string, answer: (response: ServerResponse) => void) {
    let left = 3;
    cluster.fault = (call, { url = '' }, response) => {
      if (!call.endsWith(path) || !url.includes('watch=true')) return false;
      if (left === 0) end();
      if (left === 0) return false;
      left -= 1;
      answer(response);
      return true;
    };
    const clock = { ...systemClock, sleep: () => systemClock.sleep(1) };
    const { backend } = kubernetesOn(plainAccess(cluster.url), { clock });
    const run = clusterPlan('waits');
    const handle = await backend.submit(run, backend.intentOf(run));
    return (await outcomeOf(backend.follow(handle, NEVER))).verdict;
  }

  const status = (code: number, reason: string) =>
    `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code, reason } })}\n`;

  it.each(
    ['/pods', '/jobs'].flatMap((path) =>
      [
        ['a version that is too old', (response: ServerResponse) => response.end(status(410, 'Expired'))],
        ['an error of the server', (response: ServerResponse) => response.end(status(500, 'InternalError'))],
        [
          'a line that is cut',
          (response: ServerResponse) => response.end('{"type":"MODIFIED","object":{"met'),
        ],
        ['what is no JSON', (response: ServerResponse) => response.end('<html>bad gateway</html>\n')],
        ['a refusal', (response: ServerResponse) => send(response, refusal(403, 'Forbidden', 'roles'))],
        [
          'a request that is bad',
          (response: ServerResponse) => send(response, refusal(400, 'BadRequest', 'x')),
        ],
      ].map(([what, answer]) => [path, what, answer] as [string, string, (response: ServerResponse) => void]),
    ),
  )('goes on when a watch of %s ends with %s', async (path, _, answer) => {
    expect(await followed(path, answer)).toMatchObject({ reason: 'failed', exitCode: 3 });
  });
});
