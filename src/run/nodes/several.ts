import type { Nodes } from '../../jobspec/job/nodes.ts';
import type { RunPlan } from '../types/plan.ts';
import type { Verdict } from '../types/verdict.ts';

/** undefined: the run has one. */
export function severalNodes({ nodes }: Pick<RunPlan, 'nodes'>): Nodes | undefined {
  return nodes === undefined || nodes.count === 1 ? undefined : nodes;
}

/** The folder of a node among those of the others. */
export function nodeFolder(rank: number): string {
  return `node-${rank}`;
}

/** How a run of several nodes ended is how the one did that failed first. */
export function verdictOfNode(verdict: Verdict, rank: number, count: number): Verdict {
  if (verdict.reason === 'timeout' || verdict.reason === 'cancelled') return verdict;
  const name = `node ${rank} of ${count}`;
  const { detail, hint } = verdict;
  const log = rank === 0 ? undefined : `its log is "${nodeLogName(rank)}" beside the log of node 0`;
  return {
    ...verdict,
    detail: detail === undefined ? `${name} failed first` : `${name}: ${detail}`,
    hint: hint ?? log,
  };
}

function nodeLogName(rank: number): string {
  return `log.node-${rank}.txt`;
}
