import type { RunPlan } from '../../../run/types/plan.ts';

/** Seconds beyond the time of a run for which its image may be fetched, and its outputs copied. */
const AROUND = 600;
/** Seconds before Slurm's own limit at which it says so. */
const EARLY = 60;
/** Seconds that its signal may come before that (https://slurm.schedmd.com/sbatch.html#OPT_signal), and a script may begin late. */
const SLACK = 120;

type Times = Pick<RunPlan, 'timeout' | 'stopGrace'>;

/** Minutes that Slurm is asked for. */
export function slurmLimit({ stopGrace, timeout }: Times): number {
  return Math.ceil((timeout + Math.ceil(stopGrace) + AROUND) / 60);
}

/** Seconds before its limit at which Slurm sends the first signal. */
export function signalLead({ stopGrace }: Times): number {
  return Math.ceil(stopGrace) + EARLY;
}

/** Seconds from the start of a script after which a signal of Slurm is most likely that one. */
export function nearLimit(run: Times): number {
  return slurmLimit(run) * 60 - signalLead(run) - SLACK;
}
