import type { Job } from '../jobspec/job/job.ts';
import { shellWord } from './shell.ts';
import type { Step } from './step.ts';

export const HOME = '/home/job';
const UID = 1000;

/** What `USER` says. A number where it can be one, which also a cluster that forbids root can check. */
export function userText(user: string | undefined): string {
  if (user === undefined) return String(UID);
  return user === 'root' ? '0' : user;
}

/**
 * Any user id works at run time: home and work directory are open to all. A user is added by hand, so that the text
 * is the same for every base, and so are its bytes: `useradd` also writes the day and leaves backups.
 */
export function userStep(job: Job, user: string | undefined, folders: readonly string[]): Step {
  const paths = folders.map(shellWord).join(' ');
  const lines = [...userLines(user), `mkdir -p ${paths}`, `chmod 0777 ${paths}`];
  return {
    title: 'user',
    kind: 'shell',
    offline: true,
    run: lines.join('\n'),
    secrets: [],
    env: new Map(),
    files: [],
    origin: job.origins.get('image.user'),
  };
}

function userLines(user: string | undefined): readonly string[] {
  if (user === undefined) return ADD_USER;
  if (user === 'root' || /^\d/.test(user)) return [];
  return [
    `grep -q '^${user}:' /etc/passwd || { echo 'jobimg: the image has no user "${user}": add it in a build step, or write a number' >&2; exit 1; }`,
  ];
}

const ADD_USER: readonly string[] = [
  `if ! grep -q '^[^:]*:[^:]*:${UID}:' /etc/passwd; then`,
  `  grep -q '^[^:]*:[^:]*:${UID}:' /etc/group || echo 'job:x:${UID}:' >> /etc/group`,
  '  name=job',
  "  if grep -q '^job:' /etc/passwd; then name=jobimg; fi",
  '  shell=$(command -v bash || echo /bin/sh)',
  `  echo "$name:x:${UID}:${UID}::${HOME}:$shell" >> /etc/passwd`,
  'fi',
];
