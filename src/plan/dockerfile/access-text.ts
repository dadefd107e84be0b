import { webAddress } from '../../recipe/packages/git-hosts.ts';
import { VENV } from '../../recipe/pip.ts';
import type { Access, GitHost } from '../../recipe/private-places.ts';
import { shellWord } from '../../recipe/shell.ts';
import type { Step } from '../../recipe/step.ts';
import { HOST_SECRETS, type Mount, secretMount } from './mount.ts';

/** https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html, which pip and uv both read. */
const NETRC = '/run/jobimg/netrc';
const GIT = '/run/jobimg/git';
/** Where every ssh looks, also the one that pip starts, which sets a command of its own. */
const KNOWN_HOSTS = '/etc/ssh/ssh_known_hosts';

/**
 * What of the access of an image this step gets: packages all of it, a command of the user's the agent alone, and conda's
 * packages the index that their installer comes from.
 */
function accessOf(step: Step, access: Access | undefined): Access | undefined {
  if (access === undefined || step.offline || step.kind === 'apt') return undefined;
  if (step.kind === 'conda') return { index: access.index, ssh: false };
  return step.kind === 'python' ? access : { ssh: access.ssh };
}

export function accessMounts(step: Step, all: Access | undefined): readonly Mount[] {
  const access = accessOf(step, all);
  if (access === undefined) return [];
  const required = (id: string, target: string): Mount => [...secretMount(id, target), ['required', 'true']];
  return [
    ...(access.index?.secret === undefined ? [] : [required(HOST_SECRETS.index, NETRC)]),
    ...(access.git === undefined ? [] : [required(HOST_SECRETS.git, GIT)]),
    // No secrets, and read by whichever user a step drops to.
    ...(access.ssh
      ? [SSH, [...required(HOST_SECRETS.knownHosts, KNOWN_HOSTS), ['mode', '0444'] as const]]
      : []),
  ];
}

const SSH: Mount = [
  ['type', 'ssh'],
  ['required', 'true'],
];

export function accessPrelude(step: Step, all: Access | undefined): readonly string[] {
  const access = accessOf(step, all);
  if (access === undefined) return [];
  return [
    ...indexLines(access.index),
    ...gitLines(access.git),
    // Without a configuration of its own, an older ssh makes a folder in the image.
    ...(access.ssh
      ? [
          "export GIT_SSH_COMMAND='ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/dev/null'",
        ]
      : []),
  ];
}

/** The variables win over every configuration file: https://pip.pypa.io/en/stable/topics/configuration/ */
function indexLines(index: Access['index']): readonly string[] {
  if (index === undefined) return [];
  const url = shellWord(index.url);
  const extra = shellWord(index.extra.join(' '));
  return [
    `export PIP_INDEX_URL=${url} UV_DEFAULT_INDEX=${url}`,
    ...(index.extra.length === 0 ? [] : [`export PIP_EXTRA_INDEX_URL=${extra} UV_INDEX=${extra}`]),
    ...(index.secret === undefined ? [] : [`export NETRC=${NETRC}`]),
    ASK_WHY,
  ];
}

/** pip says the same of a package that is not there and of a login that is refused; so the index itself is asked. */
const ASK_WHY = [
  'ask_why() { code=$?; if [ "$code" != 0 ]; then',
  `${VENV}/bin/python -c 'import os; from pip._vendor import requests; print("jobimg: the index answers", requests.get(os.environ["PIP_INDEX_URL"], timeout=30, stream=True).status_code)' 2> /dev/null || true;`,
  'fi; exit "$code"; }; trap ask_why EXIT',
].join(' ');

/**
 * Configuration of this process alone: https://git-scm.com/docs/git-config#ENVIRONMENT. The helper answers for the
 * hosts of the requirements only.
 */
function gitLines(git: Access['git']): readonly string[] {
  if (git === undefined) return [];
  const settings = git.hosts.flatMap(gitSettings);
  const variables = settings.flatMap(([key, value], index) => [
    `GIT_CONFIG_KEY_${index}=${shellWord(key)}`,
    `GIT_CONFIG_VALUE_${index}=${shellWord(value)}`,
  ]);
  return [
    `export GIT_TERMINAL_PROMPT=0 GIT_CONFIG_COUNT=${settings.length}`,
    ...variables.map((variable) => `export ${variable}`),
  ];
}

const HELPER = `!f() { test "$1" != get || cat ${GIT}; }; f`;

function gitSettings(host: GitHost): readonly (readonly [key: string, value: string])[] {
  const web = webAddress(host);
  return [
    ...host.ssh.map((address) => [`url.${web}/.insteadOf`, address] as const),
    [`credential.${web}.helper`, HELPER],
  ];
}
