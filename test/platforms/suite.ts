import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { backendContract, outcomeOf } from '../backends/contract.ts';
import { IS_WHOLE, sampleOf } from '../faults/sample.ts';
import type { PlatformUnderTest, PresetBench } from './bench.ts';
import type { Fault, PlannedFault, Request } from './server.ts';

/** On a busy machine the programs of a platform take seconds to start. */
const ROW = 600_000;

export interface PlatformSuite<P extends PlatformUnderTest> {
  readonly title: string;
  readonly start: () => Promise<PresetBench<P>>;
  /** Rows of the contract that the place cannot show, with the reason. */
  readonly cannot: Readonly<Record<string, string>>;
  /** Requests of the client: the method and the path. */
  readonly requests: {
    readonly create: RegExp;
    readonly status: RegExp;
    readonly log: RegExp;
    /** Without it the place keeps no files. */
    readonly outputs?: RegExp;
  };
}

type At = keyof PlatformSuite<PlatformUnderTest>['requests'];

/** What a run has to live through, and does. */
const CASES: readonly { readonly at: At; readonly fault: Fault; readonly times: number }[] = [
  { at: 'create', fault: { kind: 'lost-answer' }, times: 1 },
  { at: 'create', fault: { kind: 'lost-request' }, times: 1 },
  { at: 'create', fault: { kind: 'status', status: 429, headers: { 'retry-after': '1' } }, times: 2 },
  { at: 'create', fault: { kind: 'status', status: 500 }, times: 1 },
  { at: 'create', fault: { kind: 'slow', milliseconds: 2_000 }, times: 1 },
  { at: 'status', fault: { kind: 'status', status: 500 }, times: 3 },
  { at: 'status', fault: { kind: 'status', status: 429, headers: { 'retry-after': '1' } }, times: 1 },
  { at: 'status', fault: { kind: 'lost-answer' }, times: 2 },
  { at: 'log', fault: { kind: 'cut' }, times: 2 },
  { at: 'log', fault: { kind: 'status', status: 502 }, times: 2 },
  { at: 'outputs', fault: { kind: 'slow', milliseconds: 2_000 }, times: 1 },
];

const NEVER = new AbortController().signal;

/** Every row of the contract and every fault with `npm run faults`; one fault, and so one run, with `npm test`. */
export function platformSuite<P extends PlatformUnderTest>(suite: PlatformSuite<P>): void {
  if (IS_WHOLE) backendContract(suite.title, suite.start, suite.cannot, ROW);
  describe(`${suite.title}: a run`, () => {
    let bench: PresetBench<P>;
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'jobimg-platform-'));
      bench = await suite.start();
    }, 2 * ROW);
    afterAll(async () => {
      await bench?.close();
      await rm(folder, { recursive: true, force: true });
    });

    const cases = CASES.filter(({ at }) => suite.requests[at] !== undefined);
    it.each(sampleOf(cases, 1))(
      'ends as it should, once, where $at meets $fault.kind $fault.status $times times',
      async (one) => {
        const { requests } = suite;
        bench.platform.faults.push(plannedFault(one, requests[one.at] ?? /^$/));
        const backend = bench.connect();
        const run = bench.plan('leaves');

        const handle = await backend.submit(run, backend.intentOf(run));
        const { verdict } = await outcomeOf(backend.follow(handle, NEVER));
        const { files } = await backend.collect(handle, run, join(folder, run.id));

        const unmet = bench.platform.faults.splice(0).filter(({ times = 0 }) => times > 0);
        expect(unmet).toEqual([]);
        expect(verdict).toMatchObject({ reason: 'failed', exitCode: 1 });
        expect(await bench.platform.started(handle.name)).toBe(1);
        if (requests.outputs === undefined) return;
        expect(files).toEqual(['outputs/a.txt', 'outputs/b/c.txt']);
        expect(await readFile(join(folder, run.id, 'outputs/b/c.txt'), 'utf8')).toBe('2\n');
      },
      ROW,
    );
  });
}

function plannedFault({ fault, times }: (typeof CASES)[number], pattern: RegExp): PlannedFault {
  const when = ({ method, path }: Pick<Request, 'method' | 'path'>) => pattern.test(`${method} ${path}`);
  return { fault, times, when };
}
