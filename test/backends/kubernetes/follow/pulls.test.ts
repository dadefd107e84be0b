import { describe, expect, it } from '@jest/globals';
import { Pod } from '../../../../src/backends/kubernetes/api/answers.ts';
import { isGivenUp, Pulls } from '../../../../src/backends/kubernetes/follow/start/pulls.ts';

const GONE = 'rpc error: code = NotFound desc = failed to resolve reference "x": not found';
const AWAY = 'dial tcp 10.0.0.7:443: i/o timeout';
const time = (second: number) => new Date(Date.UTC(2026, 11, 1, 10) + second * 1_000).toISOString();
const event = (reason: string, second: number, message = '') => ({
  reason,
  message,
  lastTimestamp: time(second),
  metadata: {},
});
const pulling = (second: number) => event('Pulling', second, 'Pulling image "x"');
const failed = (second: number, message = AWAY) =>
  event('Failed', second, `Failed to pull image "x": ${message}`);

function pod(reason: string, message = '', uid = 'p') {
  const status = { containerStatuses: [{ name: 'main', state: { waiting: { reason, message } } }] };
  return Pod.parse({ metadata: { name: 'jobimg-r-x', uid }, spec: {}, status });
}

/** Pulls that are looked at, each time at a second of the clock. */
function watched() {
  let now = 0;
  const pulls = new Pulls({ clock: { now: () => now } });
  return (second: number, ...looked: Parameters<Pulls['look']>) => {
    now = second * 1_000;
    return pulls.look(...looked);
  };
}

describe('the pull of an image by a kubelet', () => {
  it('goes on where the newest event says so, however long the one before has failed', () => {
    const look = watched();
    look(0, pod('ErrImagePull', AWAY), [pulling(0), failed(0)]);
    const again = look(1_200, pod('ImagePullBackOff', AWAY), [failed(0), pulling(30)]);

    expect(again.failure).toBeUndefined();
    expect(isGivenUp(again)).toBe(false);
  });

  it('has failed where an event of the same second says so', () => {
    expect(watched()(0, pod('ErrImagePull', AWAY), [failed(5), pulling(5)]).failure).toMatchObject({
      message: AWAY,
    });
  });

  it('is waited for afresh after each attempt', () => {
    const look = watched();
    look(0, pod('ErrImagePull', AWAY), [failed(0)]);
    look(70, pod('ImagePullBackOff', AWAY), [failed(0)]);
    const second = look(100, pod('ErrImagePull', AWAY), [failed(100)]);
    const third = look(200, pod('ImagePullBackOff', AWAY), [failed(100)]);
    const last = look(220, pod('ImagePullBackOff', AWAY), [failed(100)]);

    expect([second.failing, third.failing]).toEqual([0, 100_000]);
    expect([isGivenUp(third), isGivenUp(last)]).toEqual([false, true]);
  });

  it.each([
    ['with events', true],
    ['without events, which may not be readable', false],
  ])('ends early for a definite answer that was given three times, %s', (_, isTold) => {
    const look = watched();
    const told = (second: number) => (isTold ? [failed(second, GONE)] : []);
    const answers = [0, 10, 30].map((second) => {
      const first = look(second, pod('ErrImagePull', GONE), told(second));
      look(second + 2, pod('ImagePullBackOff', 'Back-off pulling image "x"'), told(second));
      return isGivenUp(first);
    });

    expect(answers).toEqual([false, false, true]);
  });

  it('counts an answer once that the status and an event tell at different times', () => {
    const look = watched();
    look(0, pod('ErrImagePull', GONE), []);
    look(1, pod('ErrImagePull', GONE), [failed(0, GONE)]);
    look(10, pod('ImagePullBackOff'), [failed(0, GONE)]);
    const second = look(11, pod('ErrImagePull', GONE), [failed(0, GONE)]);

    expect([second.refusals, look(12, pod('ErrImagePull', GONE), [failed(11, GONE)]).refusals]).toEqual([
      2, 2,
    ]);
  });

  it('has said nothing definite when a registry is away in between', () => {
    const look = watched();
    for (const [second, message] of [
      [0, GONE],
      [10, GONE],
      [30, AWAY],
    ] as const) {
      look(second, pod('ErrImagePull', message), []);
      look(second + 1, pod('ImagePullBackOff'), []);
    }

    expect(look(70, pod('ErrImagePull', GONE), []).refusals).toBe(1);
  });

  it('begins anew with another pod', () => {
    const look = watched();
    look(0, pod('ErrImagePull', AWAY), []);

    expect(look(119, pod('ErrImagePull', AWAY, 'next'), [])).toMatchObject({ failing: 0, refusals: 0 });
    expect(isGivenUp(look(130, pod('ErrImagePull', AWAY, 'next'), []))).toBe(false);
  });

  it('tells the reason of the last attempt where the kubelet only says that it waits', () => {
    const look = watched();
    look(0, pod('ErrImagePull', AWAY), []);

    const late = watched()(0, pod('ImagePullBackOff', 'Back-off pulling image "x"'), [failed(0)]);
    expect(look(5, pod('ImagePullBackOff', 'Back-off pulling image "x"'), []).failure?.message).toBe(AWAY);
    expect(late.failure?.message).toBe(AWAY);
  });

  it.each(['InvalidImageName', 'ErrImageNeverPull'])('ends at once for %s', (reason) => {
    expect(isGivenUp(watched()(0, pod(reason), []))).toBe(true);
  });

  it.each([
    'toomanyrequests: access denied, too many requests',
    'failed to authorize: 503 Service Unavailable: token not found',
    'unexpected EOF, blob not found',
  ])('is not ended by what passes: %s', (message) => {
    const look = watched();
    for (const second of [0, 10, 30, 70]) {
      expect(isGivenUp(look(second, pod('ErrImagePull', message), []))).toBe(false);
      look(second + 1, pod('ImagePullBackOff'), []);
    }
  });
});
