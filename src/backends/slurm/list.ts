import { NoAnswer } from '../../io/polled/passing.ts';
import type { Standing } from '../../io/polled/place.ts';
import { isDigest } from '../../oci/digest.ts';
import { parseKeptPlan } from '../../run/kept-plan.ts';
import type { ListedRun } from '../../tools/backend.ts';
import { type Answer, readAnswers } from './answers.ts';
import { isOverdue, stateOf } from './look.ts';
import { listScript } from './script/ask.ts';
import type { Site } from './site.ts';
import { standingOf } from './standing.ts';

/** Every run whose folder is there; one that another release has written in another way is left out. */
export async function listRuns({ settings, shell }: Site): Promise<readonly ListedRun[]> {
  const answers = readAnswers(await shell.run(listScript(settings)));
  return answers.flatMap((answer) => found(answer, shell.where));
}

function found(answer: Answer, where: string): readonly ListedRun[] {
  const [name, hash, id] = ['name', 'hash', 'id'].map((key) => answer.get(key));
  const plan = parseKeptPlan(answer.get('plan') ?? '');
  if (name === undefined || hash === undefined || !isDigest(hash) || plan === undefined) return [];
  const standing = standingIn(answer, hash);
  const state = stateOf(standing);
  if (state === 'absent') return [];
  const native = { where, ...(id === undefined ? {} : { id }) };
  return [
    {
      handle: { backend: 'slurm', run: name.slice('jobimg-'.length), name, hash, native },
      job: plan.job,
      plan,
      state,
      started: answer.get('submitted'),
      repository: answer.get('repository'),
      overdue: !answer.has('silent') && isOverdue(answer, standing),
      // The account may be shared by machines.
      isOwn: false,
    },
  ];
}

/** What a controller that gives no answer may still run is not taken for ended. */
function standingIn(answer: Answer, hash: string): Standing {
  try {
    return standingOf(answer, hash);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { state: 'running' };
  }
}
