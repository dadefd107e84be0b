import * as z from 'zod';
import { UserError } from '../../../errors.ts';
import { printPlatform } from '../../../oci/platform.ts';
import { parseReference } from '../../../oci/reference.ts';
import type { Reference } from '../../../oci/types.ts';
import type { BuiltImage } from '../../job/job.ts';
import { entryLines } from '../../rows/lines.ts';
import { type Rows, schemaOf } from '../../rows/row.ts';
import { mapOf, NUMBER_OR_STRING, STRING, scalar, scalarOrValue } from '../../rows/scalar.ts';
import * as names from '../../values/names.ts';
import { notThis } from '../../values/quantity.ts';
import { BUILD } from './build.ts';
import { PACKAGES } from './packages.ts';

/** The reference or `auto` that stands in place of the mapping. */
export const ImageName = scalarOrValue(
  (written): Reference | 'auto' => (written === 'auto' ? written : parseReference(written)),
  (content) => {
    if (typeof content === 'object' && 'registry' in content) return content;
    throw notThis('a reference', content);
  },
  STRING,
);

/** How an image is made; all keys of `image` as a mapping. */
export const IMAGE = {
  ...PACKAGES,
  ...BUILD,
  user: {
    value: scalar(names.parseUser),
    description: 'User that runs the job: root, a name, or uid[:gid]',
    details: 'Any uid can write in the work directory',
    type: '`root`, a name, or `uid[:gid]`',
    otherwise: 'uid 1000, `job`',
    shown: ({ user }) => user,
  },
  workdir: {
    value: scalar(names.parseAbsolutePath, STRING),
    description: 'Work directory, where the code is',
    type: 'absolute path',
    otherwise: '`/workspace`',
    shown: ({ workdir }) => workdir,
  },
  platforms: {
    value: z.array(scalar(names.parsePlatform, STRING)).min(1),
    description: 'List of platforms the image is for',
    details: '`linux/amd64`, `linux/arm64`, `linux/arm/v7`, … See [Platforms](#platforms)',
    type: 'list',
    default: ['linux/amd64'],
    shown: ({ platforms }) => platforms.map(printPlatform).join(', '),
  },
  cuda: {
    value: z.union([z.enum(['auto', 'none']), scalar(names.parseVersion, NUMBER_OR_STRING)]),
    description: 'Version of CUDA, auto or none',
    details: 'Which build of torch, or which base: [CUDA and compilers](#cuda-and-compilers)',
    type: '`auto`, `none`, a version',
    default: 'auto',
    shown: ({ cuda }) => cuda,
  },
  devel: {
    value: z.enum(['auto', 'none', 'build', 'runtime']),
    description: 'Where compilers are',
    details: 'See [CUDA and compilers](#cuda-and-compilers)',
    default: 'auto',
    shown: ({ devel }) => devel,
  },
  lang: {
    value: scalar(names.parseLocale, STRING),
    description: 'Locale of the image',
    details: '`LANG`, `LC_ALL`, `LANGUAGE`',
    type: 'locale',
    default: 'C.UTF-8',
    shown: ({ lang }) => lang,
  },
  labels: {
    value: mapOf(scalar(parseOwnLabel, STRING), scalar(names.parseOneLine)),
    description: 'Labels of the image',
    details: 'Part of the id',
    type: 'name → text',
    shown: ({ labels }) => entryLines(labels),
  },
  compression: {
    value: z.enum(['zstd', 'gzip']),
    description: 'Compression of the layers',
    details: '`gzip` for Docker before 23 and containerd before 1.5; the digest then depends on the builder',
    default: 'zstd',
    shown: ({ compression }) => compression,
  },
  lock: {
    value: z.enum(['required', 'use', 'off']),
    description: 'How jobimg.lock is used',
    details: '`required`: anything that [`jobimg.lock`](lock.md) does not hold is an error',
    default: 'use',
    shown: ({ lock }) => lock,
  },
} satisfies Rows<BuiltImage>;
export const ImageFields = schemaOf(IMAGE);
export type ImageFields = z.infer<typeof ImageFields>;

function parseOwnLabel(written: string): string {
  const name = names.parseLabelName(written);
  if (!/^(?:dev\.jobimg\.|org\.opencontainers\.image\.base\.)/.test(name)) return name;
  throw new UserError(`the label "${name}" is set by jobimg itself`, { hint: 'choose another name' });
}
