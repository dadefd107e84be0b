import { EngineError } from '../../../io/engine/error.ts';
import { Top } from '../engine/answers.ts';
import { ask, type Docker } from '../engine/docker.ts';

/**
 * Seconds that the oldest process of a running container is there, as the kernel under the engine counts them: a wall
 * clock that is set changes nothing of it. undefined where the engine has no `ps` that tells.
 */
export async function elapsedTime(container: string, docker: Docker): Promise<number | undefined> {
  const call = {
    method: 'GET',
    path: `/containers/${encodeURIComponent(container)}/top`,
    query: { ps_args: '-eo pid,etime' },
  } as const;
  try {
    const { Titles, Processes } = await ask(docker, call, Top);
    const column = Titles.indexOf('ELAPSED');
    const times = (Processes ?? []).flatMap((row) => secondsIn(row[column] ?? '') ?? []);
    return times.length === 0 ? undefined : Math.max(...times);
  } catch (error) {
    if (error instanceof EngineError && error.status !== undefined) return undefined;
    throw error;
  }
}

const UNITS = { d: 86_400, h: 3_600 } as const;

/** `[[DD-]hh:]mm:ss` of procps, and `12h34` or `5d06` of busybox, where the second number is the next smaller unit. */
export function secondsIn(text: string): number | undefined {
  const [, days = '0', hours = '0', minutes, seconds] =
    /^(?:(?:(\d+)-)?(\d+):)?(\d+):(\d+)$/.exec(text.trim()) ?? [];
  if (minutes !== undefined)
    return Number(days) * UNITS.d + Number(hours) * UNITS.h + Number(minutes) * 60 + Number(seconds);
  const [, many, unit, rest] = /^(\d+)([dh])(\d+)$/.exec(text.trim()) ?? [];
  if (unit === 'd') return Number(many) * UNITS.d + Number(rest) * UNITS.h;
  return unit === 'h' ? Number(many) * UNITS.h + Number(rest) * 60 : undefined;
}
