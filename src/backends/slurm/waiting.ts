import type { Standing } from '../../io/polled/place.ts';
import type { Verdict } from '../../run/types/verdict.ts';

type Waiting = Pick<Extract<Standing, { state: 'queued' }>, 'detail' | 'never'>;

/** https://slurm.schedmd.com/job_reason_codes.html */
const WAITS: Readonly<Record<string, string>> = {
  None: 'Slurm has not looked at it yet',
  Resources: 'no node has enough that is free',
  Priority: 'jobs of a higher priority come first',
  Dependency: 'another job has to end first',
  BeginTime: 'its time to begin has not come',
  Reservation: 'its reservation has not begun',
  ReqNodeNotAvail: 'the nodes it needs are down, drained or reserved',
  NodeDown: 'a node it needs is down',
  Licenses: 'licenses are used up',
  Prolog: 'the node is being prepared',
  Cleaning: 'the node is being cleaned up',
};

/** Slurm takes such a job, and it would wait for ever. */
const NEVER: readonly (readonly [RegExp, string, string])[] = [
  [
    /^PartitionTimeLimit$/,
    'the partition allows less time',
    'lower "timeout" in the spec, or name another "partition"',
  ],
  [
    /^Partition\w*Limit$|^PartitionConfig$|^BadConstraints$/,
    'no node of the partition can ever hold it',
    'ask for less (gpu, cpu, memory, timeout), or name another "partition"; "sinfo" shows what there is',
  ],
  [
    /^(?:AccountNotAllowed|InvalidAccount|QOSNotAllowed|InvalidQOS)$/,
    'the account or quality of service may not use the partition',
    'name another "account", "qos" or "partition" below "backend.slurm"',
  ],
  [
    /^(?:QOS|Assoc)Max\w+Per(?:Job|Node)(?:Limit)?$|^QOSMin|^MaxMemPerLimit$/,
    'the account or quality of service allows no job that asks for this',
    'change what it asks for (gpu, cpu, memory, timeout), or name another "account" or "qos"; "sacctmgr show qos" shows the limits',
  ],
  [/^ReservationDeleted$/, 'its reservation is gone', 'name another "reservation", or none'],
  // Of a job that a node could not start Slurm says in words that it is held.
  [
    /^JobHeld(?:Admin|User)$|^JobHoldMaxRequeue$|\bheld\b/,
    'the job is held',
    'release it with "scontrol release", or start it again',
  ],
  [/^DependencyNeverSatisfied$/, 'what it depends on has failed', 'start it again'],
];

/** Why a job waits, and whether that can ever end. */
export function whyWaiting(reason: string): Waiting {
  const [, why, hint] = NEVER.find(([seen]) => seen.test(reason)) ?? [];
  if (why !== undefined) {
    const never: Verdict = { reason: 'no-capacity', detail: `${why} (${reason})`, hint };
    return { detail: `${why} (${reason})`, never };
  }
  const known = Object.hasOwn(WAITS, reason) ? WAITS[reason] : undefined;
  return { detail: known === undefined ? `it waits: ${reason}` : `${known} (${reason})` };
}
