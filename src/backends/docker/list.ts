import { isDigest } from '../../oci/digest.ts';
import { parseKeptPlan } from '../../run/kept-plan.ts';
import type { ListedRun } from '../../tools/backend.ts';
import { isOverdue } from './deadline/overdue.ts';
import { Listed } from './engine/answers.ts';
import type { Docker } from './engine/docker.ts';
import { LABEL } from './engine/labels.ts';
import { nativeOf } from './engine/native.ts';

/**
 * The containers that look like ours. An engine gives a container the labels of its image as well, so that labels with
 * our names alone may be anybody's: what this machine started has a text in them that only it knows.
 */
export async function listRuns(
  docker: Docker,
  labels: readonly string[] = [],
): Promise<readonly ListedRun[]> {
  const filters = JSON.stringify({ label: [LABEL.run, LABEL.plan, LABEL.deadline, ...labels] });
  const query = { all: true, filters };
  const { value, date } = await docker.engine.dated({ method: 'GET', path: '/containers/json', query });
  const listed = Listed.parse(value).map((container) => listedRun(container, date / 1_000, docker));
  return (await Promise.all(listed)).flatMap((run) => run ?? []);
}

async function listedRun(
  container: Listed[number],
  now: number,
  docker: Docker,
): Promise<ListedRun | undefined> {
  const { Created = 0, Id, Labels, Names, State } = container;
  const { [LABEL.run]: run = '', [LABEL.plan]: hash = '', [LABEL.owner]: owner } = Labels ?? {};
  const name = Names[0]?.replace(/^\//, '');
  if (name === undefined || !isDigest(hash)) return undefined;
  const native = { ...nativeOf(docker), container: Id };
  return {
    handle: { backend: 'docker', run, name, hash, native },
    job: Labels?.[LABEL.job] ?? '',
    plan: parseKeptPlan(Labels?.[LABEL.record] ?? ''),
    started: new Date(Created * 1_000).toISOString(),
    repository: Labels?.[LABEL.repository],
    state: stateIn(State),
    overdue: await isOverdue(container, now, docker),
    isOwn: docker.owner !== undefined && owner === docker.owner,
  };
}

function stateIn(state: string): ListedRun['state'] {
  if (state === 'created') return 'created';
  return ['running', 'paused', 'restarting'].includes(state) ? 'running' : 'ended';
}
