import { type PresetBench, startPresetBench } from './bench.ts';
import { ensureClient } from './client.ts';
import { MOTO_QUEUE, type Moto, startMoto } from './moto/moto.ts';

export async function startAwsBatchBench(): Promise<PresetBench<Moto>> {
  const bin = await ensureClient({ packages: ['awscli==1.46.3'] });
  if (bin === undefined) throw new Error('there is no python3');
  return await startPresetBench({
    preset: 'aws-batch',
    start: startMoto,
    bin,
    use: () => `options: { queue: ${MOTO_QUEUE} }, programs: { aws: ${bin}/aws }`,
    env: ({ env }) => env,
  });
}
