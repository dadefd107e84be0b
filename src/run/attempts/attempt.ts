import type { RunPlan } from '../types/plan.ts';

/** With `jobimg-` before it, a DNS label. */
const MAX_LENGTH = 52;

/** The same run once more, for the so many-th time: a run of its own wherever it runs. */
export function attemptOf(first: RunPlan, retries: number): RunPlan {
  const id = attemptId(first.id, retries);
  return {
    ...first,
    id,
    retries,
    env: new Map([
      ...first.env,
      ['JOBIMG_RUN_ID', id],
      ['JOBIMG_ATTEMPT', String(first.attempt + retries)],
      ...(first.checkpoint === undefined ? [] : [['JOBIMG_RESUME', '1'] as const]),
    ]),
    labels: new Map([...first.labels, ['jobimg.run', id], ['jobimg.attempt', String(retries + 1)]]),
  };
}

/** `<id>-t2`; of one that gets too long the job's name, which stands before the last digits, is cut. */
function attemptId(first: string, retries: number): string {
  const ending = `-t${retries + 1}`;
  const digits = first.slice(first.lastIndexOf('-') + 1);
  const name = first.slice(0, -digits.length - 1);
  const room = MAX_LENGTH - digits.length - ending.length - 1;
  const cut = name.slice(0, room).replace(/-+$/, '');
  return [cut, `${digits}${ending}`].filter((part) => part !== '').join('-');
}
