import { describe, expect, it } from '@jest/globals';
import { createSlurmBackend } from '../../../src/backends/slurm/backend.ts';
import { NoAnswer } from '../../../src/io/polled/passing.ts';
import type { Handle } from '../../../src/run/types/handle.ts';
import { fakeClock } from '../../fakes/clock.ts';

const HASH = `sha256:${'a'.repeat(64)}` as const;
const HANDLE: Handle = { backend: 'slurm', run: 'test', name: 'jobimg-test', hash: HASH, native: {} };

/** A cluster whose shared file system shows this much of a log at each look, and of another node's at the end. */
function cluster(
  log: string,
  shown: readonly number[],
  node?: { readonly size: number; readonly log: string; readonly failure?: Error },
) {
  const progress: string[] = [];
  let looks = 0;
  const answer = (offset: number): string => {
    const seen = log.slice(0, shown[Math.min(looks++, shown.length - 1)]);
    const facts = { hash: HASH, id: '7', started: '1', exit: '0', 'log-size': log.length, duration: '100' };
    const nodes = node === undefined ? {} : { nodes: 2 };
    const lines = Object.entries({ ...facts, ...nodes }).map(([key, value]) => `${key}=${value}`);
    return `${lines.join('\n')}\n\n${seen.slice(offset)}`;
  };
  const backend = createSlurmBackend({
    shell: {
      where: 'local',
      async run(script: string) {
        const offset = /tail -c \+(\d+)/.exec(script)?.[1];
        return Buffer.from(offset === undefined ? `1=${node?.size}\n` : answer(Number(offset) - 1));
      },
      async *open() {
        yield Buffer.from(node?.log ?? '');
        if (node?.failure !== undefined) throw node.failure;
      },
    } as never,
    settings: { container: 'docker', setup: [] },
    clock: fakeClock(),
    secrets: new Map(),
    pullLogin: async () => undefined,
    progress: (line) => void progress.push(line),
  });
  return { backend, progress };
}

async function followed({ backend }: ReturnType<typeof cluster>) {
  const logs = ['', ''];
  const notes: string[] = [];
  let verdict: object | undefined;
  for await (const event of backend.follow(HANDLE, new AbortController().signal)) {
    if (event.type === 'log') logs[event.node ?? 0] += Buffer.from(event.bytes).toString();
    if (event.type === 'note') notes.push(event.message);
    if (event.type === 'end') verdict = event.verdict;
  }
  return { logs, notes, verdict };
}

const SUCCEEDED = { reason: 'succeeded', exitCode: 0 };

describe('the log of a run on a shared file system', () => {
  it('is read to its end where that is seen later than the end of the run', async () => {
    const place = cluster('first\nlast\n', [6, 6, 6, 11]);

    const { logs, verdict } = await followed(place);

    expect([logs[0], verdict]).toEqual(['first\nlast\n', SUCCEEDED]);
    expect(place.progress).toEqual([]);
  });

  it('is said to lack its end where that is never seen', async () => {
    const place = cluster('first\nlast\n', [6]);

    const { logs, verdict } = await followed(place);

    expect([logs[0], verdict]).toEqual(['first\n', SUCCEEDED]);
    expect(place.progress).toEqual([
      'the end of the log is not seen: it has 11 bytes, of which 6 can be read',
    ]);
  });

  it('of another node may break off, and the end of the run is told all the same', async () => {
    const failure = new NoAnswer('ssh: the connection was lost');

    const { logs, notes, verdict } = await followed(cluster('zero\n', [5], { size: 4, log: 'on', failure }));

    expect([logs[1], verdict]).toEqual(['on', SUCCEEDED]);
    expect(notes).toEqual(['the log of node 1 breaks off: ssh: the connection was lost']);
  });

  it.each([
    ['whole', 'one\n', []],
    ['short', 'on', ['the end of the log of node 1 is not seen: it has 4 bytes, of which 2 can be read']],
  ])('of another node is compared with its size: %s', async (_, log, said) => {
    const { logs, notes } = await followed(cluster('zero\n', [5], { size: 4, log }));

    expect([logs[1], notes]).toEqual([log, said]);
  });
});
