import { describe, expect, it } from '@jest/globals';
import { KUBERNETES_ROW } from '../../../src/backends/types/kubernetes.ts';

describe('what a person types for a run of a cluster', () => {
  it.each([
    [{}, 'kubectl'],
    [{ namespace: 'ml' }, 'kubectl --namespace ml'],
    [{ context: 'lab', namespace: 'ml' }, 'kubectl --context lab --namespace ml'],
  ])('names the place: %j', (native, kubectl) => {
    const run = { name: 'jobimg-train-1', native: native as Record<string, string> };

    expect(KUBERNETES_ROW.stopCommand(run)).toBe(`${kubectl} delete job jobimg-train-1`);
    expect(KUBERNETES_ROW.shellCommand?.(run)).toBe(
      `${kubectl} exec --stdin --tty job/jobimg-train-1 --container main -- sh`,
    );
  });
});
