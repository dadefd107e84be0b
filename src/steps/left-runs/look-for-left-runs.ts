import type { Tools } from '../../tools/tools.ts';
import type { LeftRun } from './left-runs.ts';

/**
 * What processes that were killed have left: it is logged, and what nobody needs any more is removed. A run whose process
 * lives is another terminal's, and none of our business. Most machines have nothing left, and load nothing to look at it.
 */
export async function lookForLeftRuns(tools: Tools): Promise<readonly LeftRun[]> {
  await tools.runs.tidy();
  const left = (await tools.runs.list()).filter(({ owner }) => owner !== 'alive');
  if (left.length === 0) return [];
  const { lookAtLeftRuns } = await import('./left-runs.ts');
  return await lookAtLeftRuns(left, tools);
}
