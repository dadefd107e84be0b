import * as z from 'zod';
import { UserError } from '../errors.ts';
import { parseReference } from '../oci/reference.ts';
import type { Reference } from '../oci/types.ts';
import { parseMatchSpec } from './conda.ts';
import { field, flag, mapOf, NUMBER_OR_STRING, STRING, scalar, scalarOrValue, text } from './fields.ts';
import { parseIndexUrl } from './index-url.ts';
import * as names from './names.ts';
import { parsePackage } from './packages.ts';
import { parseFilePath, parseFolder } from './paths.ts';
import { notThis } from './quantity.ts';

const oneLine = scalar(names.parseOneLine);
const variable = scalar(names.parseVariable, STRING);
const filePath = scalar(parseFilePath, STRING);
const secretName = scalar(names.parseSecretName, STRING);
const version = scalar(names.parseVersion, NUMBER_OR_STRING);
const autoOrNone = z.enum(['auto', 'none']);

/** Variables that become part of an image, so that a secret among them would be there for all to read. */
const imageVariable = scalar((name) => {
  if (!names.looksSecret(names.parseVariable(name))) return name;
  throw new UserError(`"${name}" looks like a secret, and the image would keep its value`, {
    hint: `write "secrets: [${name}]" beside "image" for the run, or below "image" for build steps`,
  });
}, STRING);

const BuildStep = z.strictObject({
  run: text.describe('Shell text'),
  secrets: field(
    z.array(secretName),
    'List of build secrets that this step sees (default: all of the image)',
  ),
  env: field(mapOf(variable, oneLine), 'Variables of this step'),
});
const steps = z.array(z.union([text, BuildStep]));

const BuildSecretFields = z.strictObject({
  env: field(variable, 'Name of the variable that the step sees'),
  file: field(filePath, 'Path of a file whose contents are the value, instead of a variable of the caller'),
  target: field(scalar(names.parseAbsolutePath, STRING), 'Path at which the value is mounted'),
});

const indexUrl = scalar(parseIndexUrl, STRING);

const Index = z.strictObject({
  url: indexUrl.describe('Address of the package index, without credentials'),
  extra: field(z.array(indexUrl), 'List of further indexes; those of the same host get the credentials too'),
  secret: field(
    secretName,
    'Name of the build secret that holds user:password or a token for the host of url',
  ),
});

/** The reference or `auto` that stands in place of the mapping. */
export const ImageName = scalarOrValue(
  (written): Reference | 'auto' => (written === 'auto' ? written : parseReference(written)),
  (content) => {
    if (typeof content === 'object' && 'registry' in content) return content;
    throw notThis('a reference', content);
  },
  STRING,
);

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

/** How an image is made; all fields of `image` as a mapping. */
export const ImageFields = z.strictObject({
  base: field(
    scalar(parseReference, STRING),
    'Image to build on (default: chosen from python, cuda and gpu)',
  ),
  dockerfile: field(filePath, 'Path of an own Dockerfile, built as the environment'),
  target: field(scalar(names.parseStage, STRING), 'Stage of the own Dockerfile'),
  context: field(scalar(parseFolder, STRING), 'Folder that the own Dockerfile copies from', '.'),
  args: field(mapOf(scalar(parseBuildArgument, STRING), oneLine), 'Build arguments of the own Dockerfile'),
  python: field(version, 'Version of Python (default: as the repository asks)'),
  requirements: field(
    z.union([pathOr('auto', 'none'), z.array(filePath).min(1)]),
    'Path or list of paths of dependency files, auto or none',
    'auto',
  ),
  packages: field(z.array(scalar(parsePackage, STRING)), 'List of Python packages, as pip takes them'),
  conda: field(
    z.union([condaFile, z.array(condaSpec)]),
    'Path of a conda environment or of its lock, list of conda packages, auto or none',
    'auto',
  ),
  apt: field(
    z.array(scalar(names.parseAptPackage, STRING)),
    'List of Debian packages (default: apt.txt if it exists)',
  ),
  build: field(steps, 'List of commands run as root before the code is there'),
  setup: field(steps, 'List of commands run as root after the code is there'),
  install: field(
    z.enum(['none', 'project']),
    'Whether the repository itself is installed as a package',
    'none',
  ),
  env: field(mapOf(imageVariable, oneLine), 'Variables of the image'),
  secrets: field(
    z.union([z.array(secretName), mapOf(secretName, BuildSecretFields.nullable())]),
    'List of secrets of build steps, by name; never in the image',
  ),
  index: field(Index, 'Package index that pip and uv install from, in place of any other'),
  git: field(
    z.strictObject({ token: secretName.describe('Name of the build secret that holds the token') }),
    'Token for private dependencies from Git',
  ),
  ssh: field(
    z.array(z.enum(['default'])),
    'List of SSH agents for private dependencies from Git: default, the one of the caller',
  ),
  isolated: field(flag, 'Whether packages live apart from those of the base', false),
  user: field(
    scalar(names.parseUser),
    'User that runs the job: root, a name, or uid[:gid] (default: uid 1000)',
  ),
  workdir: field(scalar(names.parseAbsolutePath, STRING), 'Work directory, where the code is', '/workspace'),
  cuda: field(z.union([autoOrNone, version]), 'Version of CUDA, auto or none', 'auto'),
  devel: field(z.enum(['auto', 'none', 'build', 'runtime']), 'Where compilers are', 'auto'),
  platforms: field(
    z.array(scalar(names.parsePlatform, STRING)).min(1),
    'List of platforms the image is for',
    ['linux/amd64'],
  ),
  lang: field(scalar(names.parseLocale, STRING), 'Locale of the image', 'C.UTF-8'),
  labels: field(mapOf(scalar(parseOwnLabel, STRING), oneLine), 'Labels of the image'),
  compression: field(z.enum(['zstd', 'gzip']), 'Compression of the layers', 'zstd'),
  lock: field(z.enum(['required', 'use', 'off']), 'How jobimg.lock is used', 'use'),
});
export type ImageFields = z.infer<typeof ImageFields>;

/**
 * Names that the builder gives a meaning of its own, such as another frontend to load, and the platforms and the epoch
 * that the plan decides: https://docs.docker.com/reference/dockerfile/#buildkit-built-in-build-args and
 * https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope
 */
const OF_BUILDER =
  /^(?:BUILDKIT_.*|SOURCE_DATE_EPOCH|(?:TARGET|BUILD)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT)|TARGETSTAGE)$/;

function parseBuildArgument(written: string): string {
  const name = names.parseVariable(written);
  if (!OF_BUILDER.test(name)) return name;
  throw new UserError(`the build argument "${name}" is the builder's own`, {
    hint: 'give the ARG of the Dockerfile another name',
  });
}

function parseOwnLabel(written: string): string {
  const name = names.parseLabelName(written);
  if (!/^(?:dev\.jobimg\.|org\.opencontainers\.image\.base\.)/.test(name)) return name;
  throw new UserError(`the label "${name}" is set by jobimg itself`, { hint: 'choose another name' });
}
