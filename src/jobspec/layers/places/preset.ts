import * as z from 'zod';
import { UserError } from '../../../errors.ts';
import { Findings } from '../../../findings.ts';
import { errorsByPlace } from '../../findings/findings.ts';
import { findingsOf } from '../../findings/problems.ts';
import { PRESET_NAMES } from '../../job/preset-names.ts';
import type { CommandSite, Words } from '../../job/sites.ts';
import { readMapping } from '../../yaml/mapping.ts';
import { plain } from '../../yaml/node.ts';
import { OWN_FIELDS, SiteFields, siteOf } from './command-site.ts';
import { withTypedFiles } from './typed-files.ts';

/** What an operator writes who has such a place. */
export const PresetUse = z.strictObject({
  preset: z.enum(PRESET_NAMES),
  ...OWN_FIELDS,
  /** Where its programs are, by the names that the preset has for them. */
  programs: z.record(z.string(), z.string()).optional(),
});

const PresetFields = SiteFields.extend({
  /** What its programs are installed from, and the release that it was tried with. */
  client: z.strictObject({ package: z.string(), version: z.string() }),
  /** Pages and source files that say so. */
  sources: z.array(z.string()),
  /** `tried`: with the client against a server of the tests; nobody has tried the others. */
  proof: z.enum(['tried', 'unproven']),
  /** What its users should know. */
  notes: z.array(z.string()),
});

export interface Preset {
  readonly site: CommandSite;
  readonly client: { readonly package: string; readonly version: string };
  readonly sources: readonly string[];
  readonly proof: 'tried' | 'unproven';
  readonly notes: readonly string[];
}

/** A file of `src/data/places/`. */
export function readPreset(name: string, text: string): Preset {
  const root = withTypedFiles(readMapping({ path: `the preset "${name}"`, text }));
  const read = PresetFields.safeParse(plain(root));
  const findings = new Findings();
  findings.add(findingsOf(read.error?.issues ?? [], root, () => Object.keys(PresetFields.shape)));
  findings.throwIfErrors(errorsByPlace);
  if (read.data === undefined) throw new Error(`the preset "${name}" cannot be read`);
  const { client, notes, proof, sources, ...fields } = read.data;
  return { client, notes, proof, sources, site: siteOf(name, fields) };
}

/** The preset, and over it what the operator says. */
export function siteOfPreset(
  name: string,
  use: z.output<typeof PresetUse>,
  presets: ReadonlyMap<string, Preset>,
): CommandSite {
  const preset = presets.get(use.preset);
  if (preset === undefined) throw new Error(`the preset "${use.preset}" was not read`);
  const { env = [], every, options = {}, programs = {}, variables = {} } = use;
  const { site } = preset;
  const unknown = Object.keys(options).find((key) => !site.options.has(key));
  if (unknown !== undefined)
    throw new UserError(`the preset "${use.preset}" of the place "${name}" has no option "${unknown}"`, {
      code: 'defaults',
      hint: `it has: ${[...site.options.keys()].join(', ')}`,
    });
  return withPrograms(
    {
      ...site,
      env: [...site.env, ...env],
      ownVariables: [...env, ...Object.keys(variables)],
      variables: new Map([...site.variables, ...Object.entries(variables)]),
      options: new Map([...site.options, ...Object.entries(options)]),
      every: every ?? site.every,
    },
    new Map(Object.entries(programs)),
  );
}

function withPrograms(site: CommandSite, programs: ReadonlyMap<string, string>): CommandSite {
  const at = ([program, ...rest]: Words): Words => [programs.get(String(program)) ?? program ?? '', ...rest];
  const { cancel, list, logs, outputs, remove, status, submit } = site;
  return {
    ...site,
    submit: { ...submit, run: at(submit.run), before: submit.before.map(at) },
    status: { ...status, run: at(status.run) },
    logs: logs && {
      ...logs,
      run: at(logs.run),
      before: logs.before && { ...logs.before, run: at(logs.before.run) },
    },
    cancel: at(cancel),
    remove: remove && {
      run: at(remove.run),
      list: remove.list && { ...remove.list, run: at(remove.list.run) },
    },
    outputs: outputs && { ...outputs, run: at(outputs.run) },
    list: list && { ...list, run: at(list.run) },
  };
}
