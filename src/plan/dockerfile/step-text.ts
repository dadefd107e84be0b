import type { BuildSecret } from '../../jobspec/job/job.ts';
import { SOURCE_MOUNT } from '../../recipe/pip.ts';
import type { Access } from '../../recipe/private-places.ts';
import { shellWord } from '../../recipe/shell.ts';
import type { Step } from '../../recipe/step.ts';
import { accessMounts, accessPrelude } from './access-text.ts';
import { HOST_SECRETS, type Mount, secretMount } from './mount.ts';

export const CA = '/run/jobimg/ca.pem';
export const PIP = '/run/jobimg/pip.conf';

/** Readable for all: a step may drop to another user, and certificates are no secret. */
const HOST_MOUNTS: readonly Mount[] = [
  [...secretMount(HOST_SECRETS.certificates, CA), ['mode', '0444']],
  secretMount(HOST_SECRETS.pip, PIP),
];

const CONDA_MOUNT = secretMount(HOST_SECRETS.conda, '/run/jobimg/conda.json');

export const CA_VARIABLES: readonly string[] = [
  'PIP_CERT',
  'SSL_CERT_FILE',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'NODE_EXTRA_CA_CERTS',
];

const HOST_PRELUDE: readonly string[] = [
  `if [ -s ${CA} ]; then for name in ${CA_VARIABLES.join(' ')}; do export "$name=${CA}"; done; unset name; fi`,
  `if [ -s ${PIP} ]; then export PIP_CONFIG_FILE=${PIP}; fi`,
];

/** Logs, caches and lists of apt: they would differ each time, and stay out of the layer this way. */
const TMPFS: readonly Mount[] = ['/var/log', '/var/cache', '/var/lib/apt/lists', '/tmp'].map((target) => [
  ['type', 'tmpfs'],
  ['target', target],
]);

/** What a step sees beside the image: secrets and private places of packages, by name. */
export interface StepAccess {
  readonly secrets: readonly BuildSecret[];
  readonly access?: Access | undefined;
}

export function stepMounts(step: Step, { secrets, access }: StepAccess, source: string): readonly Mount[] {
  const files: Mount = [
    ['type', 'bind'],
    ['source', source],
    ['target', SOURCE_MOUNT],
  ];
  return [
    ...(step.offline ? [] : HOST_MOUNTS),
    ...accessMounts(step, access),
    ...(step.kind === 'conda' ? [CONDA_MOUNT] : []),
    ...(step.kind === 'apt' ? TMPFS : []),
    ...(step.files.length > 0 ? [files] : []),
    ...secrets.map((secret): Mount => [...secretMount(secret.name, placeOf(secret)), ['required', 'true']]),
  ];
}

function placeOf({ name, target }: BuildSecret): string {
  return target ?? `/run/secrets/${name}`;
}

/** `set -eu` stands first, which also keeps a step from choosing its interpreter by `#!`. */
export function stepText(step: Step, { secrets, access }: StepAccess): string {
  const values = [...step.env].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    'set -eu',
    ...(step.offline ? [] : HOST_PRELUDE),
    ...accessPrelude(step, access),
    // Read from the file at that moment; line ends at the end of the value are lost.
    ...secrets.flatMap((secret) =>
      secret.env === undefined ? [] : [exportLine(secret.env, `"$(cat ${placeOf(secret)})"`)],
    ),
    ...values.map(([name, value]) => exportLine(name, shellWord(value))),
    step.run.replace(/\n+$/, ''),
  ].join('\n');
}

/** In two commands, so that a failure of the first is one. */
function exportLine(name: string, value: string): string {
  return `${name}=${value}; export ${name}`;
}
