import { command } from '../engine/machine/command.ts';
import { type PlatformUnderTest, type PresetBench, startPresetBench } from './bench.ts';
import type { Engine } from './container.ts';

/** An engine of an operator, on which a preset starts the image of the job. */
export async function startInImageBench(
  preset: 'metaflow' | 'zenml',
): Promise<PresetBench<PlatformUnderTest>> {
  let engine: Engine = {};
  return await startPresetBench({
    preset,
    start: async (env) => {
      engine = env;
      return onEngine(env);
    },
    bin: '',
    use: () => 'options: { network: host }, variables: { OF_THE_OPERATOR: given }',
    env: () => engine,
  });
}

function onEngine(engine: Engine): PlatformUnderTest {
  const names = async (name: string, ...more: readonly string[]): Promise<number> => {
    const words = ['ps', '--quiet', '--filter', `name=^/?${name}$`, ...more];
    const { stdout } = await command('docker', words, { env: { ...process.env, ...engine } });
    return stdout.split('\n').filter((line) => line !== '').length;
  };
  return {
    ...{ url: '', requests: [], faults: [] },
    started: (name) => names(name, '--all'),
    running: (name) => names(name),
    close: async () => undefined,
  };
}
