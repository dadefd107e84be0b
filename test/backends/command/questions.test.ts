import { describe, expect, it } from '@jest/globals';
import { idInList } from '../../../src/backends/command/answer/listing.ts';
import { readLog } from '../../../src/backends/command/answer/log.ts';
import type { CommandPlace, PlacedRun } from '../../../src/backends/command/place/place.ts';
import type { ToolOptions, ToolResult } from '../../../src/backends/command/place/tool.ts';
import { requestStop, standingOfRun } from '../../../src/backends/command/runs.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { DEFAULTS, siteIn } from '../shell-queue/bench.ts';

const RUN: PlacedRun = { name: 'jobimg-1', id: '7', hash: 'sha256:a', options: new Map([['pool', 'p']]) };
const BROKEN = { code: 1, stdout: '', stderr: '503' };

/** A place whose programs answer so, one after the other, and then that all is well with what runs. */
function placeWith(...answers: readonly Partial<ToolResult>[]) {
  const asked: { readonly words: readonly string[]; readonly options: ToolOptions | undefined }[] = [];
  const next = [...answers];
  const place = {
    name: 'queue',
    site: siteIn(DEFAULTS),
    ends: new Map(),
    clock: fakeClock(),
    tool: {
      async run(words: readonly string[], options?: ToolOptions): Promise<ToolResult> {
        asked.push({ words, options });
        const { stdout = 'running', ...more } = next.shift() ?? {};
        return { code: 0, stderr: '', stdout, bytes: Buffer.from(stdout), ...more };
      },
    },
  } as unknown as CommandPlace;
  return { place, asked };
}

describe('a program of a place', () => {
  it.each([
    ['how a run stands', (place: CommandPlace) => standingOfRun(RUN, place)],
    ['for the end of a run', (place: CommandPlace) => requestStop(RUN, 1, place)],
    ['which runs there are', (place: CommandPlace) => idInList(RUN, place)],
    [
      'for a log',
      ({ site, tool }: CommandPlace) =>
        readLog(site, { known: RUN, options: RUN.options, cursor: '0', hasEnded: false }, tool),
    ],
  ])('that is asked %s is not waited for without end', async (_, ask) => {
    const { asked, place } = placeWith();

    await ask(place);

    expect(asked).not.toEqual([]);
    expect(asked.filter(({ options }) => options?.signal === undefined)).toEqual([]);
  });

  it('is asked again for the end of a run when it fails while the run goes on', async () => {
    const { asked, place } = placeWith(BROKEN, {}, BROKEN, {});

    await requestStop(RUN, 1, place);

    expect(asked).toHaveLength(5);
  });

  it('fails to end a run when it fails each time', async () => {
    const { place } = placeWith(...Array(10).fill([BROKEN, {}]).flat());

    await expect(requestStop(RUN, 1, place)).rejects.toThrow('503');
  });
});
