import type { Inputs } from '../../../inputs/inputs.ts';
import type { OptionName } from './options.ts';
import type { CommandRow } from './row.ts';

interface SpecRow extends CommandRow {
  readonly until: Inputs['until'];
}

/** What decides how a spec is read. */
const SPEC = ['directory', 'spec', 'strict', 'undefined', 'job', 'registry'] as const;
const VALUES = ['param', 'override', 'input', 'defaults', 'data', 'untrusted', 'json'] as const;
const READS = [...SPEC, ...VALUES] as const satisfies readonly OptionName[];
const BUILDS = [
  'offline',
  'tag',
  'builder',
  'cacheFrom',
  'cacheTo',
  'rebuild',
] as const satisfies readonly OptionName[];
/** What is pushed beside an image, about it. */
const BESIDE = ['provenance', 'sbom'] as const satisfies readonly OptionName[];

/** How a signature is checked. */
const SIGNATURE = [
  'bundle',
  'repo',
  'sourceRef',
  'certIdentity',
  'certOidcIssuer',
  'trustedRoot',
] as const satisfies readonly OptionName[];

/** The commands that read a spec. */
export const SPEC_COMMANDS = {
  plan: {
    description: 'show what would be built and run, and why; nothing is built',
    until: 'plan',
    options: [...READS, 'offline', 'dockerfile'],
    examples: ['jobimg plan -C path/to/repository', 'jobimg plan --job train --dockerfile'],
  },
  check: {
    description:
      'read the spec and report what is wrong with it; nothing is built, nor looked up unless asked',
    until: 'plan',
    options: [...READS, 'offline', 'cost'],
    examples: ['jobimg check -C path/to/repository', 'jobimg check --cost --registry ghcr.io/acme/train'],
  },
  explain: {
    description: 'show where every value of the job comes from; nothing is looked up',
    until: 'plan',
    options: READS,
    examples: ['jobimg explain --param lr=0.1'],
  },
  lock: {
    description: 'write jobimg.lock: digests of bases, versions and hashes of packages',
    until: 'plan',
    options: [...READS, 'offline', 'builder', 'cacheFrom', 'cacheTo', 'check'],
    examples: ['jobimg lock', 'jobimg lock --check'],
  },
  build: {
    description: 'find the image or build it',
    until: 'image',
    options: [...READS, ...BUILDS, ...BESIDE],
    examples: ['jobimg build --registry ghcr.io/acme/train'],
  },
  run: {
    description: 'find the image or build it, and run the job',
    until: 'run',
    options: [...READS, ...BUILDS, ...BESIDE, 'record', 'detach', 'here'],
    examples: ['jobimg run --registry none --param lr=0.1'],
  },
  verify: {
    description:
      'build the image again without a cache, and compare it with what the registry holds; or tell which commit made a file',
    argument: [
      '[image]',
      'an image by digest, <repository>@sha256:…, with the bases that it names; a file that a run has left; without it, what the registry holds for this commit',
    ],
    until: 'image',
    options: [...READS, 'builder', 'into', 'attest', ...SIGNATURE],
    examples: [
      'jobimg verify --registry ghcr.io/acme/train',
      'jobimg verify ghcr.io/acme/train@sha256:<digest>',
      'jobimg verify model.pt --registry ghcr.io/acme/train',
      'jobimg verify model.pt --bundle bundle.sigstore.json --repo acme/train',
    ],
  },
  shell: {
    description: "open a shell in the job's image, with its environment and GPU",
    until: 'image',
    options: [...READS, ...BUILDS],
    examples: ['jobimg shell --registry none'],
  },
} as const satisfies Readonly<Record<string, SpecRow>>;

export type SpecCommand = keyof typeof SPEC_COMMANDS;

export function isSpecCommand(name: string): name is SpecCommand {
  return Object.hasOwn(SPEC_COMMANDS, name);
}
