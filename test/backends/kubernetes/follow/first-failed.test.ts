import { describe, expect, it } from '@jest/globals';
import { Pod } from '../../../../src/backends/kubernetes/api/answers.ts';
import { firstFailed, type ObservedNode } from '../../../../src/backends/kubernetes/follow/nodes.ts';

interface Change {
  readonly terminated?: object | undefined;
  readonly deleted?: boolean;
  readonly status?: object;
  readonly isGone?: boolean;
}

function node(
  rank: number,
  { terminated, deleted = false, status = {}, isGone = false }: Change,
): ObservedNode {
  const state = terminated === undefined ? { running: {} } : { terminated };
  const pod = Pod.parse({
    metadata: { name: `p${rank}`, uid: `u${rank}`, ...(deleted ? { deletionTimestamp: 'now' } : {}) },
    spec: {},
    status: { containerStatuses: [{ name: 'main', state }], ...status },
  });
  return { rank, pod, isGone };
}

const at = (second: number, exitCode: number, message?: string) => ({
  exitCode,
  message,
  finishedAt: `2026-01-01T00:00:0${second}Z`,
});
const DISRUPTED = { conditions: [{ type: 'DisruptionTarget', status: 'True' }] };

describe('the node that failed first', () => {
  it.each<[string, readonly Change[], number | undefined]>([
    ['none, while all run or have succeeded', [{}, { terminated: at(1, 0) }], undefined],
    ['the one that ended first', [{ terminated: at(3, 1) }, { terminated: at(2, 7) }], 1],
    [
      'not one that was stopped since another failed',
      [{ terminated: at(1, 143, 'stopped\n') }, { terminated: at(1, 7) }],
      1,
    ],
    [
      'not one whose pod the controller removed',
      [{ terminated: at(1, 143), deleted: true }, { terminated: at(1, 7) }],
      1,
    ],
    [
      'the one that the cluster took away, which others missed before it had ended',
      [{ terminated: at(1, 1) }, { terminated: at(5, 143), deleted: true, status: DISRUPTED }],
      1,
    ],
    ['one whose pod is gone, of which nobody knows how it ended', [{}, { isGone: true }], 1],
    ['of two in one second the lower one', [{ terminated: at(1, 1) }, { terminated: at(1, 7) }], 0],
  ])('is %s', (_, changes, rank) => {
    const nodes = changes.map((change, index) => node(index, change));

    expect(firstFailed(nodes)?.rank).toBe(rank);
  });
});
