import * as z from 'zod';
import { jsonIn } from '../../json.ts';
import { type Package, purlOf } from './package.ts';

const CondaRecord = z.looseObject({
  name: z.string(),
  version: z.string(),
  build: z.string().optional(),
  channel: z.string().optional(),
  subdir: z.string().optional(),
});

/** A record of `conda-meta`; undefined: the file is none. */
export function condaPackage(path: string, text: string): Package | undefined {
  if (!path.includes('/conda-meta/')) return undefined;
  const parsed = CondaRecord.safeParse(jsonIn(text));
  if (!parsed.success) return undefined;
  const { name, version, build, channel, subdir } = parsed.data;
  // The address of a channel may be a mirror's; its name is the last part before the platform.
  const named = channel
    ?.replace(/\/(?:noarch|[a-z]+-[a-z0-9]+)\/?$/, '')
    .split('/')
    .at(-1);
  return {
    kind: 'conda',
    name,
    version,
    purl: purlOf(['conda', name], version, { build, channel: named, subdir }),
  };
}
