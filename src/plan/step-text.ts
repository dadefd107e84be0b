import { SOURCE_MOUNT } from '../recipe/pip.ts';
import type { Step } from '../recipe/recipe.ts';
import { shellWord } from '../recipe/shell.ts';
import type { BuildSecret } from '../spec/job.ts';

/** Fields of `--mount`, in order. */
export type Mount = readonly (readonly [name: string, value: string])[];

/**
 * What the machine that builds gives to every step, as secrets, so that it is in no layer and in no id: its CA bundle
 * and its pip configuration. The builder gives both always, empty when the machine has none, so that all machines
 * mount the same.
 */
export const HOST_SECRETS = { certificates: 'jobimg-ca', pip: 'jobimg-pip' } as const;

const CA = '/run/jobimg/ca.pem';
const PIP = '/run/jobimg/pip.conf';

/** Readable for all: a step may drop to another user, and certificates are no secret. */
const HOST_MOUNTS: readonly Mount[] = [
  [...secretFields(HOST_SECRETS.certificates, CA), ['mode', '0444']],
  secretFields(HOST_SECRETS.pip, PIP),
];

const CA_VARIABLES = [
  'PIP_CERT',
  'SSL_CERT_FILE',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'NODE_EXTRA_CA_CERTS',
].join(' ');

const HOST_PRELUDE: readonly string[] = [
  `if [ -s ${CA} ]; then for name in ${CA_VARIABLES}; do export "$name=${CA}"; done; unset name; fi`,
  `if [ -s ${PIP} ]; then export PIP_CONFIG_FILE=${PIP}; fi`,
];

/** Logs, caches and lists of apt: they would differ each time, and stay out of the layer this way. */
const TMPFS: readonly Mount[] = ['/var/log', '/var/cache', '/var/lib/apt/lists', '/tmp'].map((target) => [
  ['type', 'tmpfs'],
  ['target', target],
]);

export function stepMounts(step: Step, secrets: readonly BuildSecret[], source: string): readonly Mount[] {
  const files: Mount = [
    ['type', 'bind'],
    ['source', source],
    ['target', SOURCE_MOUNT],
  ];
  return [
    ...(step.offline ? [] : HOST_MOUNTS),
    ...(step.kind === 'apt' ? TMPFS : []),
    ...(step.files.length > 0 ? [files] : []),
    ...secrets.map((secret): Mount => [...secretFields(secret.name, placeOf(secret)), ['required', 'true']]),
  ];
}

function secretFields(id: string, target: string): Mount {
  return [
    ['type', 'secret'],
    ['id', id],
    ['target', target],
  ];
}

function placeOf({ name, target }: BuildSecret): string {
  return target ?? `/run/secrets/${name}`;
}

export function printMount(mount: Mount): string {
  return `--mount=${mount.map(([name, value]) => `${name}=${value}`).join(',')}`;
}

/** `set -eu` stands first, which also keeps a step from choosing its interpreter by `#!`. */
export function stepText(step: Step, secrets: readonly BuildSecret[]): string {
  const values = [...step.env].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    'set -eu',
    ...(step.offline ? [] : HOST_PRELUDE),
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
