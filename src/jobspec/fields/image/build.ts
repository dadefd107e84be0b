import * as z from 'zod';
import type { BuildSecret, BuiltImage, PackageIndex, StepSpec } from '../../job/job.ts';
import { below, entryLines, firstLine, linesOf, ownLine } from '../../rows/lines.ts';
import { type Line, type Rows, schemaOf } from '../../rows/row.ts';
import { flag, mapOf, STRING, scalar, text } from '../../rows/scalar.ts';
import { parseIndexUrl } from '../../values/index-url.ts';
import * as names from '../../values/names.ts';
import { parseFilePath } from '../../values/paths.ts';
import { secretLines, secretName, secretsOf } from '../secrets.ts';
import { imageText, imageVariable } from './image-variable.ts';

const variable = scalar(names.parseVariable, STRING);
const indexUrl = scalar(parseIndexUrl, STRING);

const STEP = {
  run: {
    value: text,
    required: true,
    description: 'Shell text',
    type: 'text',
    shown: 'within',
  },
  secrets: {
    value: z.array(secretName),
    description: 'List of build secrets that this step sees',
    type: 'list of names',
    otherwise: 'all of the image',
    shown: ({ secrets }) => secrets?.join(', '),
  },
  env: {
    value: mapOf(imageVariable, imageText),
    description: 'Variables of this step',
    details: 'As `image.env`, because the history of the image keeps them',
    type: 'name → text',
    shown: ({ env }) => entryLines(env),
  },
} satisfies Rows<StepSpec>;
const steps = z.array(z.union([text, schemaOf(STEP)]));

const SECRET = {
  env: {
    value: variable,
    description: 'Name of the variable that the step sees',
    type: 'name',
    otherwise: 'its own name, without a `target`',
    shown: ({ name, env }) => (env === name ? undefined : env),
  },
  file: {
    value: scalar(parseFilePath, STRING),
    description: 'Path of a file whose contents are the value, instead of a variable of the caller',
    type: 'path',
    shown: ({ file }) => file,
  },
  target: {
    value: scalar(names.parseAbsolutePath, STRING),
    description: 'Path at which the value is mounted',
    type: 'absolute path',
    otherwise: '`/run/secrets/<name>`',
    shown: ({ target }) => target,
  },
} satisfies Rows<BuildSecret>;

const INDEX = {
  url: {
    value: indexUrl,
    required: true,
    description: 'Address of the package index, without credentials',
    type: 'address',
    shown: ({ url }) => url,
  },
  extra: {
    value: z.array(indexUrl),
    description: 'List of further indexes; those of the same host get the credentials too',
    type: 'list of addresses',
    shown: ({ extra }) => extra.join(', '),
  },
  secret: {
    value: secretName,
    description: 'Name of the build secret that holds user:password or a token for the host of url',
    type: 'name',
    shown: ({ secret }) => secret?.name,
  },
} satisfies Rows<PackageIndex>;

const GIT = {
  token: {
    value: secretName,
    required: true,
    description: 'Name of the build secret that holds the token',
    type: 'name',
    shown: ({ name }) => name,
  },
} satisfies Rows<BuildSecret>;

/** The steps of a build, and what they may use. */
export const BUILD = {
  build: {
    value: steps,
    keys: STEP,
    description: 'List of commands run as root before the code is there',
    details: 'Not repeated while they do not change',
    type: 'list of texts, or of `{…}`',
    shown: ({ build }) => stepLines(build),
  },
  setup: {
    value: steps,
    keys: STEP,
    description: 'List of commands run as root after the code is there',
    details: 'Repeated when the code changes, which needs a builder',
    type: 'list of texts, or of `{…}`',
    shown: ({ setup }) => stepLines(setup),
  },
  install: {
    value: z.enum(['none', 'project']),
    description: 'Whether the repository itself is installed as a package',
    details: '`project`: without its dependencies',
    default: 'none',
    shown: ({ install }) => install,
  },
  env: {
    value: mapOf(imageVariable, imageText),
    description: 'Variables of the image',
    details: 'Names that look like secrets, and addresses with a password, are refused',
    type: 'name → text',
    shown: ({ env }) => entryLines(env),
  },
  secrets: {
    value: secretsOf(schemaOf(SECRET).nullable()),
    keys: SECRET,
    description: 'List of secrets of build steps, by name; never in the image',
    details: 'As BuildKit secret mounts: in no layer and no id',
    type: 'list of names, or name → `{…}`',
    shown: ({ secrets }) => secretLines(SECRET, secrets),
  },
  index: {
    value: schemaOf(INDEX),
    keys: INDEX,
    description: 'Package index that pip and uv install from, in place of any other',
    details: 'See [Private packages](#private-packages)',
    type: '`{…}`',
    otherwise: "the machine's own",
    shown: ({ index }) => index && linesOf(INDEX, index),
  },
  git: {
    value: schemaOf(GIT),
    keys: GIT,
    description: 'Token for private dependencies from Git',
    type: '`{…}`',
    shown: ({ git }) => git && linesOf(GIT, git),
  },
  ssh: {
    value: z.array(z.enum(['default'])),
    description: 'List of SSH agents for private dependencies from Git: default, the one of the caller',
    details: 'For the time of the steps',
    type: '`[default]`',
    shown: ({ ssh }) => (ssh ? 'default' : undefined),
  },
  isolated: {
    value: flag,
    description: 'Whether packages are kept apart from those of the base',
    details: '`true`: in `/opt/venv` alone, and they do not see those of the base; its files stay',
    default: 'false',
    shown: ({ isolated }) => (isolated ? 'true' : undefined),
  },
} satisfies Rows<BuiltImage>;

function stepLines(all: readonly StepSpec[]): readonly Line[] {
  return all.flatMap((step, index) =>
    below(String(index), [ownLine(firstLine(step.run), 'run'), ...linesOf(STEP, step)]),
  );
}
