import * as z from 'zod';
import type { Standing } from '../../io/polled/place.ts';
import { parseKeptPlan } from '../../run/kept-plan.ts';
import type { RunState } from '../../run/state.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { RunStatus } from '../../tools/backend.ts';
import { type Answer, readAnswer } from './answers.ts';
import { lookScript } from './script/ask.ts';
import type { Site } from './site.ts';
import { standingOf } from './standing.ts';

const Secrets = z.record(z.string(), z.string());

/** A folder that has the name of the run and another plan is somebody else's. */
export async function lookAt(
  { hash, name }: Handle,
  secrets: readonly string[],
  { settings, shell }: Site,
): Promise<RunStatus> {
  const { answer } = readAnswer(await shell.run(lookScript(settings, name)));
  const standing = standingOf(answer, hash);
  return {
    state: stateOf(standing),
    overdue: isOverdue(answer, standing),
    secrets: valuesOf(answer.get('secrets'), secrets),
    ...(standing.state === 'ended' ? { verdict: standing.verdict } : {}),
  };
}

export function stateOf({ state }: Standing): RunState {
  return state === 'pulling' ? 'queued' : state;
}

/** Seconds in which a run at its limit ends by itself. */
const MARGIN = 120;

/** Its job was killed, and has left a container. */
function hasLeft(answer: Answer, { state }: Standing): boolean {
  return state === 'ended' && answer.has('container');
}

/** By the clock of the machine that is asked, which the nodes share as nearly as their files. */
export function isOverdue(answer: Answer, standing: Standing): boolean {
  if (hasLeft(answer, standing)) return true;
  const { state } = standing;
  const plan = parseKeptPlan(answer.get('plan') ?? '');
  const [now, started] = ['now', 'started'].map((key) => Number(answer.get(key)));
  if (state !== 'running' || plan === undefined || now === undefined || started === undefined) return false;
  return now > started + plan.timeout + plan['stop-grace'] + MARGIN;
}

function valuesOf(text: string | undefined, names: readonly string[]): ReadonlyMap<string, string> {
  if (text === undefined) return new Map();
  const values = Secrets.parse(JSON.parse(text));
  return new Map(
    names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]] as const])),
  );
}
