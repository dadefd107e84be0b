import { type PresetBench, startPresetBench } from './bench.ts';
import { ensureClient } from './client.ts';
import { startValohai, VALOHAI_PROJECT, VALOHAI_TOKEN, type Valohai } from './valohai.ts';

export async function startValohaiBench(): Promise<PresetBench<Valohai>> {
  const bin = await ensureClient({ packages: ['valohai-cli==0.37.0', 'click==8.5.1'] });
  if (bin === undefined) throw new Error('there is no python3');
  return await startPresetBench({
    preset: 'valohai',
    start: startValohai,
    bin,
    use: ({ url }) =>
      `options: { project: ${VALOHAI_PROJECT} }, programs: { vh: ${bin}/vh }, variables: { VALOHAI_HOST: "${url}" }`,
    env: () => ({ VALOHAI_TOKEN }),
  });
}
