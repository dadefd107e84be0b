import { join } from 'node:path';
import { parseReference } from '../../../src/oci/reference.ts';
import type { Bench } from '../../backends/contract.ts';
import { runPlan, SECRET } from '../../backends/docker-bench.ts';
import { SHELL_PROGRAMS } from '../../backends/shell-programs.ts';
import { type Parts, startParts } from '../../e2e/support/parts.ts';
import { type Faulty, startFaulty } from '../faulty.ts';
import { type Moto, startMoto } from '../moto/moto.ts';
import { type PresetPlace, presetPlace } from '../preset-place.ts';

export interface BatchBench extends Bench {
  readonly moto: Moto;
  readonly place: PresetPlace;
  /** Between the client and the server. */
  readonly way: Faulty;
}

/** AWS Batch of a stand-in, whose jobs are containers of the engine of the tests. */
export async function startBatchBench(name: string): Promise<BatchBench> {
  const parts: Parts = await startParts({ name, bases: ['busybox'] });
  const moto = await startMoto({ ...parts.env });
  const way = await startFaulty(moto.host);
  const place = await presetPlace(
    {
      preset: 'aws-batch',
      every: 0.2,
      options: { queue: moto.queue },
      programs: { aws: join(moto.bin, 'aws') },
    },
    { ...process.env, ...moto.env, AWS_ENDPOINT_URL: `http://${way.host}` },
  );
  const digest = `sha256:${(parts.busybox?.digest ?? '').replace('sha256:', '')}` as const;
  const image = { ...parseReference(parts.busybox?.reference ?? ''), tag: undefined, digest };
  const backend = { name: 'command', options: { place: 'place' } } as const;
  return {
    moto,
    place,
    way,
    connect: () => place.connect(),
    plan: (program, changes) =>
      program === 'missing'
        ? runPlan(image, { kind: 'arguments', words: ['no-such-command'] }, { backend, ...changes })
        : runPlan(
            image,
            { kind: 'shell', shell: 'sh', text: `mkdir -p outputs; ${SHELL_PROGRAMS[program]}` },
            { backend, workdir: '/', ...changes },
          ),
    count: async (run) => await countOf(moto, run),
    missingImage: { ...image, digest: `sha256:${'b'.repeat(64)}` },
    secret: SECRET,
    async close() {
      await place.close();
      await way.stop();
      await moto.stop();
      await parts[Symbol.asyncDispose]();
    },
  };
}

async function countOf(moto: Moto, name: string): Promise<number> {
  const filter = ['--filters', `name=JOB_NAME,values=${name}`];
  const answer = await moto.aws('batch', 'list-jobs', '--job-queue', moto.queue, ...filter);
  return (answer as { readonly jobSummaryList: readonly unknown[] }).jobSummaryList.length;
}
