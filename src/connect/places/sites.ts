import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import { readTextFile } from '../../io/fs/text-file.ts';
import type { Preset } from '../../jobspec/layers/places/preset.ts';
import type { Sites } from '../../jobspec/layers/sites.ts';
import { isInside } from '../../run/mounts/mount-places.ts';
import { type LookedAtRun, type WrittenRun, whereBackend } from '../../run/types/written-run.ts';

/** What the operator's file of defaults says of places for jobs; a file of the repository says nothing about them. */
export async function readSites(defaults: string | undefined, checkout: string): Promise<Sites> {
  const text = defaults === undefined ? undefined : await readTextFile(defaults);
  if (defaults === undefined || text === undefined) return {};
  const { sitesOf } = await import('../../jobspec/layers/operator-fields.ts');
  const sites = sitesOf({ path: defaults, text, format: 'jobimg' }, await presetsIn(text));
  if (Object.keys(sites).length > 0) await refuseOwn(defaults, checkout);
  return sites;
}

/** What is known of the places that a run may be sent to: nothing of those of another machine. */
export async function sitesFor(
  { startsHere }: Pick<LookedAtRun, 'startsHere'>,
  { defaults, folder }: Pick<Inputs, 'defaults' | 'folder'>,
): Promise<Sites> {
  return startsHere ? await readSites(defaults, folder) : {};
}

/** Says that nothing here describes the place of a run: what it takes is known where the run starts. */
export function tellUnknownPlace(written: WrittenRun, findings: Findings): void {
  const { backend, job } = written.run;
  const { place } = backend.options;
  const what = place === undefined ? 'the place' : `the place ${JSON.stringify(place)}`;
  findings.notice(
    'place-unknown',
    `${what} of the job ${job} is described nowhere here: whether it takes what the spec asks for is not known`,
    {
      hint: 'give the file of defaults of the machine that runs it: --defaults, or JOBIMG_DEFAULTS',
      at: whereBackend(written, backend.name),
    },
  );
}

/** The descriptions that we bring along, where the file may name one. */
async function presetsIn(text: string): Promise<ReadonlyMap<string, Preset>> {
  if (!/\bpreset\b/.test(text)) return new Map();
  const [{ PRESET_TEXTS }, { readPreset }] = await Promise.all([
    import('../../data/places/texts.ts'),
    import('../../jobspec/layers/places/preset.ts'),
  ]);
  return new Map([...PRESET_TEXTS].map(([name, one]) => [name, readPreset(name, one)]));
}

/** Whoever may change the code would otherwise name programs that run beside us, with all that this user may do. */
async function refuseOwn(defaults: string, checkout: string): Promise<void> {
  const [file, folder] = await Promise.all([realpath(defaults), realpath(checkout)]);
  if (!isInside(file, folder) && !isInside(resolve(defaults), resolve(checkout))) return;
  throw new UserError(`"${defaults}" is a file of the repository, and names a place where jobs run`, {
    code: 'defaults',
    hint: 'keep it outside of the repository, as in JOBIMG_DEFAULTS=/etc/jobimg/defaults.yml',
  });
}
