import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PlatformUnderTest, type PresetBench, startPresetBench } from './bench.ts';
import { ensureClient } from './client.ts';
import { CODALAB_PASSWORD, startCodalab, WORKSHEET } from './codalab.ts';

const CLIENT = { packages: ['codalab==1.7.3', 'setuptools<60'], pythons: ['3.7', '3.6'] };

/** undefined: this machine has no Python that the client runs on. */
export async function codalabClient(): Promise<string | undefined> {
  return await ensureClient(CLIENT);
}

export async function startCodalabBench(): Promise<PresetBench<PlatformUnderTest>> {
  const bin = await codalabClient();
  if (bin === undefined) throw new Error('there is no Python 3.7');
  return await startPresetBench({
    preset: 'codalab',
    start: startCodalab,
    bin,
    use: () => `options: { worksheet: "${WORKSHEET}" }, programs: { cl: ${bin}/cl }`,
    env: ({ url }, folder) => {
      const home = join(folder, 'codalab');
      mkdirSync(home);
      writeFileSync(join(home, 'config.json'), JSON.stringify(configFor(url)));
      return { CODALAB_HOME: home, CODALAB_SESSION: 'tests', CODALAB_USERNAME: 'tests', CODALAB_PASSWORD };
    },
  });
}

/** What `cl config cli/default_address` leaves. */
function configFor(url: string): object {
  return { cli: { default_address: url, verbose: 1 }, server: {}, aliases: {}, workers: {} };
}
