import * as z from 'zod';
import { UserError } from '../../../errors.ts';
import { parseReference, printReference } from '../../../oci/reference.ts';
import type { BuiltImage } from '../../job/job.ts';
import { entryLines } from '../../rows/lines.ts';
import type { Rows } from '../../rows/row.ts';
import { mapOf, NUMBER_OR_STRING, STRING, scalar } from '../../rows/scalar.ts';
import { parseMatchSpec } from '../../values/conda.ts';
import * as names from '../../values/names.ts';
import { parsePackage } from '../../values/packages.ts';
import { parseFilePath, parseFolder } from '../../values/paths.ts';
import { imageText, parseImageVariable } from './image-variable.ts';

const filePath = scalar(parseFilePath, STRING);

function pathOr<const W extends string>(...words: readonly W[]) {
  return scalar((written): W | readonly string[] => {
    return words.find((word) => word === written) ?? [parseFilePath(written)];
  }, STRING);
}

type Conda = 'auto' | 'none' | { readonly file: string };

/** A file by its path; a list is one of packages. */
const condaFile = scalar((written): Conda => {
  return written === 'auto' || written === 'none' ? written : { file: parseFilePath(written) };
}, STRING);
const condaSpec = scalar((written) => parseMatchSpec(written).text, STRING);

/** What an image is built on, and the packages in it. */
export const PACKAGES = {
  base: {
    value: scalar(parseReference, STRING),
    description: 'Image to build on',
    details: 'Resolved to a digest. See [the table](#bases-of-version-1)',
    type: 'reference',
    otherwise: 'chosen from `python`, `cuda` and `gpu`',
    shown: ({ base }) => base && printReference(base, { familiar: true }),
  },
  dockerfile: {
    value: filePath,
    description: 'Path of your own Dockerfile, built as the environment',
    details:
      'Its user, work directory and environment stay, its ENTRYPOINT is not used. The fields below add layers on top of it',
    type: 'path',
    shown: ({ dockerfile }) => dockerfile?.path,
  },
  target: {
    value: scalar(names.parseStage, STRING),
    description: 'Stage of your own Dockerfile',
    type: 'name',
    otherwise: 'last stage',
    shown: ({ dockerfile }) => dockerfile?.target,
  },
  context: {
    value: scalar(parseFolder, STRING),
    description: 'Folder that your own Dockerfile copies from',
    type: 'folder',
    default: '.',
    shown: ({ dockerfile }) => dockerfile?.context,
  },
  args: {
    value: mapOf(scalar(parseBuildArgument, STRING), imageText),
    description: 'Build arguments of your own Dockerfile',
    details:
      'Names that are reserved for the builder, such as `BUILDKIT_SYNTAX`, are refused, and secrets as in `env`, because the history of the image keeps them',
    type: 'name → text',
    shown: ({ dockerfile }) => entryLines(dockerfile?.args ?? []),
  },
  python: {
    value: scalar(names.parseVersion, NUMBER_OR_STRING),
    description: 'Version of Python',
    details:
      'A base that you name gets the Python of its distribution if it has none; if it has another version than requested, that version comes from uv. The log says both',
    type: 'version',
    otherwise: 'as the repository asks',
    shown: ({ python }) => python,
  },
  requirements: {
    value: z.union([pathOr('auto', 'none'), z.array(filePath).min(1)]),
    description: 'Path or list of paths of dependency files, auto or none',
    type: 'path, list of paths, `auto`, `none`',
    default: 'auto',
    shown: ({ requirements }) => listOrWord(requirements),
  },
  packages: {
    value: z.array(scalar(parsePackage, STRING)),
    description: 'List of Python packages, as pip takes them',
    type: 'list',
    shown: ({ packages }) => packages.join(', '),
  },
  conda: {
    value: z.union([condaFile, z.array(condaSpec)]),
    description: 'Path of a conda environment or of its lock, list of conda packages, auto or none',
    details:
      'An `environment.yml`, `conda-lock.yml` or `pixi.lock`, or [conda packages](#conda-packages) of `conda-forge`; `auto` is what the dependency files give',
    type: 'path, list of packages, `auto`, `none`',
    default: 'auto',
    shown: ({ conda }) => condaText(conda),
  },
  apt: {
    value: z.array(scalar(names.parseAptPackage, STRING)),
    description: 'List of Debian packages',
    type: 'list',
    otherwise: '`apt.txt` if it exists',
    shown: ({ apt }) => apt?.join(', '),
  },
} satisfies Rows<BuiltImage>;

function listOrWord(value: string | readonly string[]): string {
  return typeof value === 'string' ? value : value.join(', ');
}

function condaText(conda: BuiltImage['conda']): string {
  if (conda === undefined) return 'auto';
  if (typeof conda === 'string') return conda;
  return 'file' in conda ? conda.file : conda.specs.join(', ');
}

/**
 * Names that the builder gives a meaning of its own, such as another frontend to load, and the platforms and the epoch
 * that the plan decides: https://docs.docker.com/reference/dockerfile/#buildkit-built-in-build-args and
 * https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope
 */
const OF_BUILDER =
  /^(?:BUILDKIT_.*|SOURCE_DATE_EPOCH|(?:TARGET|BUILD)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT)|TARGETSTAGE)$/;

function parseBuildArgument(written: string): string {
  const name = parseImageVariable(written);
  if (!OF_BUILDER.test(name)) return name;
  throw new UserError(`the build argument "${name}" is the builder's own`, {
    hint: 'give the ARG of the Dockerfile another name',
  });
}
