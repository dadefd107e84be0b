import { type PlatformUnderTest, type PresetBench, startPresetBench } from './bench.ts';
import { ensureClient } from './client.ts';
import { POLYAXON_TOKEN, startPolyaxon } from './polyaxon.ts';

export async function startPolyaxonBench(): Promise<PresetBench<PlatformUnderTest>> {
  const bin = await ensureClient({ packages: ['polyaxon==2.18.0', 'clipped==0.14.0', 'pydantic==2.14.4'] });
  if (bin === undefined) throw new Error('there is no python3');
  return await startPresetBench({
    preset: 'polyaxon',
    start: startPolyaxon,
    bin,
    use: ({ url }) =>
      `options: { project: tests/tests }, programs: { polyaxon: ${bin}/polyaxon }, variables: { POLYAXON_HOST: "${url}" }`,
    env: () => ({ POLYAXON_AUTH_TOKEN: POLYAXON_TOKEN }),
  });
}
