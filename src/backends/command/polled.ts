import { messageOf } from '../../errors.ts';
import { isPassing } from '../../io/polled/passing.ts';
import type { Poll, PolledPlace, Standing } from '../../io/polled/place.ts';
import { type LogPart, readLog } from './answer/log.ts';
import { hasWholeLines } from './answer/page.ts';
import { cutTrailer } from './answer/trailer.ts';
import type { CommandPlace, PlacedRun } from './place/place.ts';
import { trailerOf } from './plan/wrapper.ts';
import { findRun, requestStop, standingOfRun } from './runs.ts';

/** How often in a row a log is asked for that the place does not give. */
const MOST_TRIES = 5;
const NOTHING = new Uint8Array();

/** A place as it is asked again and again. */
export function polledPlace(place: CommandPlace): PolledPlace {
  /** Answers without a log, by the name of the run. */
  const silent = new Map<string, number>();

  async function poll(run: PlacedRun, cursor: string | undefined): Promise<Poll> {
    const standing = await standingOfRun(run, place);
    if (standing.state !== 'running' && standing.state !== 'ended')
      return { standing, log: NOTHING, cursor: cursor ?? '0' };
    return { standing, ...(await logOf(run, standing, cursor)) };
  }

  async function logOf(run: PlacedRun, standing: Standing, cursor: string | undefined): Promise<LogPart> {
    const { site, tool } = place;
    const hasEnded = standing.state === 'ended';
    try {
      const part = await readLog(site, { known: run, options: run.options, cursor, hasEnded }, tool);
      return site.wrap.trailer ? withoutTrailer(part, run, standing) : part;
    } catch (error) {
      if (!mayLack(run, standing, error)) throw error;
      return { log: NOTHING, cursor: cursor ?? '0' };
    }
  }

  function withoutTrailer(part: LogPart, run: PlacedRun, standing: Standing): LogPart {
    const wholeLines = hasWholeLines(place.site.logs);
    const last = standing.state === 'ended';
    const { log, rest, trailer } = cutTrailer(part.log, trailerOf(run), { last, wholeLines });
    if (trailer !== undefined) place.ends.set(run.id, { tries: 0, trailer });
    return { log, cursor: wholeLines ? part.cursor : String(Number(part.cursor) - rest) };
  }

  /** One that runs may have no log yet, and that of one that has ended may be gone. */
  function mayLack({ name }: PlacedRun, { state }: Standing, error: unknown): boolean {
    if (!isPassing(error)) return false;
    const tries = (silent.get(name) ?? 0) + 1;
    silent.set(name, tries);
    if (tries === MOST_TRIES) place.progress(`the log is not shown: ${messageOf(error)}`);
    return state !== 'ended' || tries >= MOST_TRIES;
  }

  return {
    every: place.site.every * 1_000,
    watchCommand: ({ run }) => `jobimg attach ${run}${place.defaultsOption ?? ''}`,
    async poll(handle, cursor) {
      const run = await findRun(handle, place);
      if (run !== undefined) return await poll(run, cursor);
      return { standing: { state: 'absent' }, log: NOTHING, cursor: cursor ?? '0' };
    },
    async requestStop(handle, grace) {
      const run = await findRun(handle, place);
      if (run !== undefined) await requestStop(run, grace, place);
    },
  };
}
