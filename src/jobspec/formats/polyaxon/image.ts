import { type Location, UserError } from '../../../errors.ts';
import type { Findings } from '../../../findings.ts';
import { listAt, listNode, mapOf, textAt } from '../../format/nodes.ts';
import { holdsPassword, looksSecret, parseOneLine, parseVariable } from '../../values/names.ts';
import { type MapNode, type Node, textNode } from '../../yaml/node.ts';
import { pythonText } from '../python/python-text.ts';
import { settledScalar } from './params/settled.ts';

/** Where Polyaxon puts the code, and where its steps run. */
export const WORKDIR = '/code';

/** Polyaxon's `RUN` lines go on after a command that fails, and read unset variables as empty. */
const AS_IN_A_DOCKERFILE = 'set +eu';

/** The image in our own words: `build`, or the keys of the older dialect. */
export function imageNode(build: MapNode | undefined, root: MapNode, findings: Findings): Node | undefined {
  const image = build && textAt(build, 'image');
  const dockerfile = build && textAt(build, 'dockerfile');
  const location = build?.location ?? root.location;
  checkChoice({ build, image, dockerfile, location }, findings);
  if (build === undefined) return undefined;
  if (dockerfile !== undefined) return ownDockerfile(build, dockerfile, findings);
  return image && generated(build, image, findings);
}

interface Choice {
  readonly build: MapNode | undefined;
  readonly image: Node | undefined;
  readonly dockerfile: Node | undefined;
  readonly location: Location;
}

/** Exactly one; `ref` has its own finding. */
function checkChoice({ build, image, dockerfile, location }: Choice, findings: Findings): void {
  if (image !== undefined && dockerfile !== undefined) {
    const message = '"image" and "dockerfile" cannot be used together';
    const hint = 'remove one: the base of a Dockerfile is in its FROM line';
    findings.error('image', message, { hint, at: dockerfile.location });
  }
  const isNamed = image !== undefined || dockerfile !== undefined;
  const isBroken =
    build !== undefined && ['image', 'dockerfile', 'ref'].some((key) => build.entries.has(key));
  if (isNamed || isBroken) return;
  const hint = 'write, for example: build: { image: python:3.12-slim }';
  findings.error('missing-key', 'no image is named', { hint, at: location });
}

/** Polyaxon takes it as it is: steps and variables beside it do nothing there either. */
function ownDockerfile(build: MapNode, dockerfile: Node, findings: Findings): Node {
  for (const key of ['build_steps', 'env_vars', 'lang_env'].filter((name) => build.entries.has(name))) {
    findings.warning('no-effect', `"${key}" has no effect beside "dockerfile"`, {
      hint: 'write it into the Dockerfile',
      at: build.entries.get(key)?.key,
    });
  }
  return mapOf({ dockerfile, context: textAt(build, 'context') }, build.location);
}

function generated(build: MapNode, image: Node, findings: Findings): Node {
  const { location } = build;
  const steps = listAt(build, build.entries.has('build_steps') ? 'build_steps' : 'steps').flatMap((step) =>
    step.kind === 'text' ? [textNode(`${AS_IN_A_DOCKERFILE}\n${step.text}`, step.location)] : [],
  );
  return mapOf(
    {
      base: image,
      build: listNode(steps, location),
      env: variables(build, findings),
      lang: textAt(build, 'lang_env'),
      // Steps install what they name, and nothing is installed by itself.
      requirements: textNode('none', location),
      apt: listNode([], location),
      user: textNode('root', location),
      workdir: textNode(WORKDIR, location),
    },
    location,
  );
}

function variables(build: MapNode, findings: Findings): Node {
  const entries: Record<string, Node> = { SHELL: textNode('/bin/bash', build.location) };
  for (const pair of listAt(build, 'env_vars')) {
    const options = { code: 'invalid-value', subject: 'env_vars' };
    const read = findings.attempt(pair.location, () => variable(pair), options);
    if (read !== undefined) entries[read.name] = textNode(read.value, pair.location);
  }
  return mapOf(entries, build.location);
}

function variable(pair: Node): { readonly name: string; readonly value: string } {
  const [key, value, ...more] = pair.kind === 'list' ? pair.items : [];
  if (key?.kind !== 'text' || value === undefined || more.length > 0) {
    throw new UserError('a variable is a list of two', { hint: "write [NAME, 'value']" });
  }
  const name = parseVariable(key.text);
  if (looksSecret(name)) throw secretInImage(name, 'looks like a secret, and the image would keep its value');
  const written = parseOneLine(pythonText(settledScalar(value)));
  if (holdsPassword(written))
    throw secretInImage(name, 'is an address with a password, and the image would keep it');
  return { name, value: written };
}

function secretInImage(name: string, why: string): UserError {
  return new UserError(`"${name}" ${why}`, {
    code: 'secret-in-image',
    hint: `remove it, and give it to the run: --override 'secrets=[${name}]', with its value in the environment`,
  });
}

/** Names of `env_vars` that use others: Polyaxon writes values into a Dockerfile as they are, where `$NAME` is one. */
export function inheritingNames(build: MapNode): ReadonlySet<string> {
  return namesWhere(build, (_name, value) => /\$\{?[A-Za-z_]/.test(value));
}

/** Names of `env_vars` that are refused, since whoever pulls the image could read them. */
export function secretNames(build: MapNode): ReadonlySet<string> {
  return namesWhere(build, (name, value) => looksSecret(name) || holdsPassword(value));
}

function namesWhere(build: MapNode, isOne: (name: string, value: string) => boolean): ReadonlySet<string> {
  const pairs = listAt(build, 'env_vars').flatMap((pair) => (pair.kind === 'list' ? [pair.items] : []));
  const found = pairs.flatMap(([key, value]) => {
    if (key?.kind !== 'text') return [];
    return isOne(key.text, value?.kind === 'text' ? value.text : '') ? [key.text] : [];
  });
  return new Set(found);
}
