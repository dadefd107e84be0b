import * as z from 'zod';
import { UserError } from '../../errors.ts';
import { printReference } from '../../oci/reference.ts';
import type { Job } from '../job/job.ts';
import { linesOf, ownLine } from '../rows/lines.ts';
import { type Rows, schemaOf } from '../rows/row.ts';
import { STRING, scalar } from '../rows/scalar.ts';
import { parseJobName } from '../values/names.ts';
import { parseGlob } from '../values/paths.ts';
import { COMMAND } from './command.ts';
import { DATA } from './data.ts';
import { IMAGE, ImageFields, ImageName } from './image/image.ts';
import { LIMITS } from './limits.ts';
import { SEVERAL_NODES } from './nodes.ts';
import { PLACE } from './place.ts';
import { RESOURCES } from './resources.ts';

const CODE_DEFAULT = '`layer` with a registry, else `mount`; `none` for some Dockerfiles';
const CodeMode = z.enum(['layer', 'mount', 'none']);

const CODE = {
  mode: {
    value: CodeMode,
    description: 'layer, mount or none',
    otherwise: CODE_DEFAULT,
    shown: 'within',
  },
  include: {
    value: z.array(scalar(parseGlob, STRING)),
    description: 'List of patterns: only files that one of them names',
    type: 'list of patterns',
    otherwise: 'all files',
    shown: ({ include }) => include.join(', '),
  },
} satisfies Rows<Job['code']>;

/** All keys of a job: what a file holds beside `jobs:`, and below each name there. */
export const JOB = {
  version: {
    value: scalar(parseSpecVersion, { type: 'integer' }),
    description: 'Version of this format',
    details: 'Pins the meaning of every default',
    type: '`1`',
    default: '1',
    shown: () => '1',
  },
  name: {
    value: scalar(parseJobName, STRING),
    description: 'Name of the job',
    details: 'The tag of the image begins with it; nothing else depends on it',
    type: '`a-z`, `0-9`, `.`, `_`, `-`; up to 63',
    otherwise: "the key below `jobs`, else the repository's name",
    shown: ({ name }) => name,
  },
  ...COMMAND,
  image: {
    value: z.union([ImageName, ImageFields]),
    keys: IMAGE,
    description: 'Reference of an image, or how it is built',
    details: 'See [The image](#the-image)',
    type: 'a reference, or a mapping',
    default: 'auto',
    otherwise: 'derived from the repository',
    shown: ({ image }) =>
      image.kind === 'given'
        ? [ownLine(printReference(image.reference, { familiar: true }))]
        : linesOf(IMAGE, image),
  },
  code: {
    value: z.union([CodeMode, schemaOf(CODE)]),
    keys: CODE,
    description: "How the repository's files come into the container",
    details: 'See [The code](#the-code)',
    type: '`layer`, `mount`, `none`, or `{…}`',
    otherwise: CODE_DEFAULT,
    shown: ({ code }) => [ownLine(code.mode ?? '', 'mode'), ...linesOf(CODE, code)],
  },
  ...RESOURCES,
  ...SEVERAL_NODES,
  ...LIMITS,
  ...DATA,
  ...PLACE,
} satisfies Rows<Job>;
export const JobFields = schemaOf(JOB);
export type JobFields = z.infer<typeof JobFields>;

function parseSpecVersion(written: string): 1 {
  if (written === '1') return 1;
  throw new UserError(`"${written}" is not a version of this format`, { hint: 'write 1' });
}
