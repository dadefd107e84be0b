import { describe, expect, it } from '@jest/globals';
import { Job, Pod } from '../../../../src/backends/kubernetes/api/answers.ts';
import { Standing, troubleOf } from '../../../../src/backends/kubernetes/follow/start/standing.ts';

const job = (suspend = false) => Job.parse({ metadata: { name: 'jobimg-r', uid: 'j' }, spec: { suspend } });
const refused = (message: string) => [{ reason: 'FailedCreate', message, metadata: {} }];

function pod(reason: string, uid = 'p') {
  const status = { containerStatuses: [{ name: 'main', state: { waiting: { reason } } }] };
  return Pod.parse({ metadata: { name: 'jobimg-r-x', uid }, spec: {}, status });
}

describe('what may pass', () => {
  it('is what keeps a pod from being made, but no quota', () => {
    expect(troubleOf(job(), undefined, refused('Internal error occurred'))).toBeDefined();
    expect(
      troubleOf(job(), undefined, refused('pods "x" is forbidden: exceeded quota: gpus')),
    ).toBeUndefined();
    expect(troubleOf(job(), undefined, [])).toBeUndefined();
    expect(troubleOf(job(true), undefined, refused('Internal error occurred'))).toBeUndefined();
  });

  it('is what keeps the container of one pod from being made', () => {
    const [one, same, next] = [
      pod('CreateContainerError'),
      pod('CreateContainerConfigError'),
      pod('CreateContainerError', 'next'),
    ].map((each) => troubleOf(job(), each, []));

    expect([one === undefined, one === same, one === next]).toEqual([false, true, false]);
    expect(troubleOf(job(), pod('ContainerCreating'), refused('earlier'))).toBeUndefined();
  });

  it('is given time for as long as it is the same', () => {
    let now = 1_000;
    const standing = new Standing({ clock: { now: () => now } });
    const at = (time: number, trouble: string | undefined) => {
      now = time;
      return standing.of(trouble);
    };

    expect([at(1_000, 'a'), at(5_000, 'a'), at(6_000, 'b'), at(9_000, 'b')]).toEqual([0, 4_000, 0, 3_000]);
    expect([at(10_000, undefined), at(11_000, 'b')]).toEqual([0, 0]);
  });
});
