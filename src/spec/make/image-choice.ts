import type { Finding } from '../../errors.ts';
import { sortPlatforms } from '../../oci/platform.ts';
import type { Reference } from '../../oci/types.ts';
import { ImageFields } from '../fields/image.ts';
import type { JobFields } from '../fields/job.ts';
import type { BuildSecret, BuiltImage, GivenImage, Job, OwnDockerfile, StepSpec } from '../job.ts';
import { checkIndex } from '../values/index-url.ts';
import { at, type MapNode, type Path, placeOf } from '../yaml/node.ts';

type Image = Job['image'];
type Written = JobFields['image'];

/** What the spec says of the image, defaults filled in. */
export function imageOf(written: Written, root: MapNode): Image {
  if (written === 'auto') return builtImage(ImageFields.parse({}), root);
  return isReference(written) ? givenImage(written) : builtImage(written, root);
}

function isReference(written: Reference | ImageFields): written is Reference {
  return 'registry' in written && 'path' in written;
}

function givenImage(reference: Reference): GivenImage {
  return { kind: 'given', reference };
}

function builtImage(fields: ImageFields, root: MapNode): BuiltImage {
  const { base, python, user, workdir, apt, cuda, devel, lang, compression, lock } = fields;
  return {
    kind: 'built',
    base,
    dockerfile: ownDockerfile(fields),
    python,
    requirements: fields.requirements,
    packages: fields.packages ?? [],
    conda: condaOf(fields),
    apt,
    build: stepsOf(fields.build, root, ['image', 'build']),
    setup: stepsOf(fields.setup, root, ['image', 'setup']),
    install: fields.install,
    env: fields.env ?? new Map(),
    secrets: secretsOf(fields.secrets),
    ...privatePlaces(fields),
    isolated: fields.isolated,
    user,
    workdir,
    platforms: sortPlatforms(fields.platforms),
    labels: fields.labels ?? new Map(),
    cuda,
    devel,
    lang,
    compression,
    lock,
  };
}

function condaOf({ conda }: ImageFields): BuiltImage['conda'] {
  if (Array.isArray(conda)) return { specs: conda };
  return conda === 'auto' ? undefined : conda;
}

function ownDockerfile({ dockerfile, target, context, args }: ImageFields): OwnDockerfile | undefined {
  if (dockerfile === undefined) return undefined;
  return { path: dockerfile, target, context, args: args ?? new Map() };
}

function stepsOf(steps: ImageFields['build'], root: MapNode, path: Path): readonly StepSpec[] {
  return (steps ?? []).map((step, index) => {
    const fields = typeof step === 'string' ? { run: step } : step;
    const isLong = at(root, [...path, index, 'run']) !== undefined;
    const origin = placeOf(root, isLong ? [...path, index, 'run'] : [...path, index]);
    return { run: fields.run, secrets: fields.secrets, env: fields.env ?? new Map(), origin };
  });
}

function privatePlaces(fields: ImageFields): Pick<BuiltImage, 'index' | 'git' | 'ssh'> {
  const { index, git, ssh = [] } = fields;
  return {
    index: index && {
      url: index.url,
      extra: index.extra ?? [],
      secret: index.secret === undefined ? undefined : secretNamed(index.secret, fields),
    },
    git: git && secretNamed(git.token, fields),
    ssh: ssh.length > 0 || undefined,
  };
}

/** It may be declared below `secrets` too, and say there that it is a file. */
function secretNamed(name: string, { secrets }: ImageFields): BuildSecret {
  return secretsOf(secrets).find((secret) => secret.name === name) ?? { name };
}

/** By its name alone a secret is both a file and a variable of that name. */
function secretsOf(secrets: ImageFields['secrets']): readonly BuildSecret[] {
  if (secrets === undefined) return [];
  if (Array.isArray(secrets)) return secrets.map((name) => ({ name, env: name }));
  return [...secrets].map(([name, fields]) => {
    const { env, file, target } = fields ?? {};
    return { name, env: env ?? (target === undefined ? name : undefined), file, target };
  });
}

const OF_DOCKERFILE = ['target', 'context', 'args'] as const;

/** What the fields of an image say against each other. */
export function checkImage(written: Written, root: MapNode): readonly Finding[] {
  if (written === 'auto') return [];
  if (isReference(written)) return checkReference(written, root);
  return [
    ...checkDockerfile(written, root),
    ...checkSecrets(written, root),
    ...checkIndex(written.index, root),
  ];
}

function checkReference({ tag, digest }: Reference, root: MapNode): readonly Finding[] {
  if (digest !== undefined || (tag !== undefined && tag !== 'latest')) return [];
  return [
    {
      level: 'warning',
      code: 'moving-tag',
      message: `image: ${tag === undefined ? 'no tag' : 'the tag "latest"'} changes from time to time`,
      hint: 'write a version, or the digest that the log shows',
      location: placeOf(root, ['image']),
    },
  ];
}

function checkDockerfile(fields: ImageFields, root: MapNode): readonly Finding[] {
  if (fields.dockerfile === undefined) {
    return OF_DOCKERFILE.filter((key) => at(root, ['image', key]) !== undefined).map((key) =>
      problem(
        root,
        key,
        `"image.${key}" belongs to your own Dockerfile`,
        'add "dockerfile: <path>" beside it',
      ),
    );
  }
  if (fields.base === undefined) return [];
  const hint = 'remove one of them: the base of your own Dockerfile is in its FROM line';
  return [problem(root, 'base', '"image.base" and "image.dockerfile" cannot be used together', hint)];
}

function checkSecrets(fields: ImageFields, root: MapNode): readonly Finding[] {
  const known = new Set(secretsOf(fields.secrets).map(({ name }) => name));
  return (['build', 'setup'] as const).flatMap((key) =>
    (fields[key] ?? []).flatMap((step, index) => {
      if (typeof step === 'string') return [];
      return (step.secrets ?? []).flatMap((name, at) => {
        if (known.has(name)) return [];
        const hint = `add it to "image.secrets"; there: ${[...known].join(', ') || 'none'}`;
        return [problem(root, [key, index, 'secrets', at], `the secret "${name}" is not declared`, hint)];
      });
    }),
  );
}

function problem(root: MapNode, key: string | Path, message: string, hint: string): Finding {
  const path = typeof key === 'string' ? [key] : key;
  return { level: 'error', code: 'image', message, hint, location: placeOf(root, ['image', ...path]) };
}
