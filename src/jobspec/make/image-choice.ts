import type { Findings } from '../../findings.ts';
import { sortPlatforms } from '../../oci/platform.ts';
import type { Reference } from '../../oci/types.ts';
import { ImageFields } from '../fields/image/image.ts';
import type { JobFields } from '../fields/job.ts';
import type { BuildSecret, BuiltImage, Job, OwnDockerfile, ReferencedImage, StepSpec } from '../job/job.ts';
import { checkIndex } from '../values/index-url.ts';
import { at, locationOf, type MapNode, type Path } from '../yaml/node.ts';

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

function givenImage(reference: Reference): ReferencedImage {
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
    const origin = locationOf(root, isLong ? [...path, index, 'run'] : [...path, index]);
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

/** Reports fields of an image that exclude or lack each other. */
export function checkImage(written: Written, root: MapNode, findings: Findings): void {
  if (written === 'auto') return;
  if (isReference(written)) {
    checkReference(written, root, findings);
  } else {
    checkDockerfile(written, root, findings);
    checkSecrets(written, root, findings);
    checkIndex(written.index, root, findings);
  }
}

function checkReference({ tag, digest }: Reference, root: MapNode, findings: Findings): void {
  if (digest !== undefined || (tag !== undefined && tag !== 'latest')) return;
  const named = tag === undefined ? 'no tag' : 'the tag "latest"';
  findings.warning('moving-tag', `image: ${named} changes from time to time`, {
    hint: 'write a version, or the digest that the log shows',
    at: locationOf(root, ['image']),
  });
}

function checkDockerfile(fields: ImageFields, root: MapNode, findings: Findings): void {
  if (fields.dockerfile === undefined) {
    const hint = 'add "dockerfile: <path>" beside it';
    for (const key of OF_DOCKERFILE.filter((one) => at(root, ['image', one]) !== undefined)) {
      const place = locationOf(root, ['image', key]);
      findings.error('image', `"image.${key}" belongs to your own Dockerfile`, { hint, at: place });
    }
  } else if (fields.base !== undefined) {
    findings.error('image', '"image.base" and "image.dockerfile" cannot be used together', {
      hint: 'remove one of them: the base of your own Dockerfile is in its FROM line',
      at: locationOf(root, ['image', 'base']),
    });
  }
}

function checkSecrets(fields: ImageFields, root: MapNode, findings: Findings): void {
  const known = new Set(secretsOf(fields.secrets).map(({ name }) => name));
  const hint = `add it to "image.secrets"; there: ${[...known].join(', ') || 'none'}`;
  for (const { name, path } of usedSecrets(fields)) {
    if (known.has(name)) continue;
    const place = locationOf(root, ['image', ...path]);
    findings.error('image', `the secret "${name}" is not declared`, { hint, at: place });
  }
}

/** Those that steps name, each with its place. */
function usedSecrets(fields: ImageFields): readonly { readonly name: string; readonly path: Path }[] {
  return (['build', 'setup'] as const).flatMap((key) =>
    (fields[key] ?? []).flatMap((step, index) => {
      const names = typeof step === 'string' ? [] : (step.secrets ?? []);
      return names.map((name, place) => ({ name, path: [key, index, 'secrets', place] }));
    }),
  );
}
