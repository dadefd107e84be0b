import { type ChildProcess, fork } from 'node:child_process';
import { printBytes } from '../disk/bytes.ts';
import { errnoOf } from '../io/errno.ts';
import { namedFile } from '../io/fs/folders.ts';
import type { Environment, Variables } from '../io/process/exec.ts';
import { namesToTry } from '../run/artifact/name.ts';
import { uploadFailureOf } from '../run/artifact/upload-failure.ts';
import type { Upload } from '../tools/artifacts.ts';
import type { UploadAnswer, UploadOrder } from './messages.ts';

export interface UploadOptions {
  /** The program that uploads. */
  readonly script: string;
  readonly env: Variables;
  readonly tell: (line: string) => void;
}

/**
 * Uploads a folder as an artifact of GitHub's workflow. A process of its own does it: the client throws where nobody can
 * catch it, writes to stdout what the runner would take for commands, cannot be stopped, and is larger than all else.
 */
export async function uploadFolder(
  name: string,
  folder: string,
  { script, env, tell }: UploadOptions,
): Promise<Upload> {
  const child = fork(script, [], {
    env: childEnvironment(env),
    cwd: '/',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  return uploadOf(await answerOf(child, { folder, names: namesToTry(name) }, tell), env);
}

/** What the client reads, and how the network is reached from here; the step's secrets stay where they are. */
const ALLOWED: readonly RegExp[] = [
  /^(?:PATH|TMPDIR|LANG|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR)$/,
  /^(?:HTTPS?|NO|ALL)_PROXY$/i,
  /^ACTIONS_(?:RUNTIME_TOKEN|RESULTS_URL|ARTIFACT_UPLOAD_(?:CONCURRENCY|TIMEOUT_MS))$/,
  /^GITHUB_(?:SERVER_URL|RETENTION_DAYS)$/,
  /^RUNNER_TRACKING_ID$/,
];

function childEnvironment(env: Variables): Environment {
  const kept = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && ALLOWED.some((allowed) => allowed.test(name)) ? [[name, value] as const] : [],
  );
  const certificates = namedFile(env, 'SSL_CERT_FILE');
  // Node reads this one at its start, and no other: what a registry is trusted by, an artifact is too.
  const trust = certificates === undefined ? {} : { NODE_EXTRA_CA_CERTS: certificates };
  return { ...trust, ...Object.fromEntries(kept) };
}

/** Its last word; how it ended, where it had none. */
function answerOf(
  child: ChildProcess,
  order: UploadOrder,
  tell: UploadOptions['tell'],
): Promise<UploadAnswer> {
  return new Promise((resolve) => {
    let last: UploadAnswer | undefined;
    child.on('message', (message) => {
      last = message as UploadAnswer;
      if (last.kind === 'begins') tell(`uploading ${last.files} files, ${printBytes(last.bytes)}`);
    });
    child.once('error', (error) =>
      resolve(ended(`the upload cannot be started: ${errnoOf(error) ?? error.message}`)),
    );
    child.once('close', (code, signal) => {
      const spoke = last !== undefined && last.kind !== 'begins' ? last : undefined;
      resolve(spoke ?? ended(`the upload was ended by ${signal ?? `exit code ${code}`}`));
    });
    // A process that cannot be asked any more says why by its end.
    child.send(order, () => undefined);
  });
}

/** Named, so that no word of it is taken for one of the client's. */
const ENDED = 'UploadEnded';

function ended(message: string): UploadAnswer {
  return { kind: 'failed', error: { name: ENDED, message } };
}

function uploadOf(answer: UploadAnswer, env: Variables): Upload {
  if (answer.kind === 'uploaded') {
    const { name, id, size, renamed, remarks } = answer;
    return { kind: 'uploaded', artifact: { name, id, size, url: urlOf(id, env) }, renamed, remarks };
  }
  if (answer.kind === 'nothing-there') return answer;
  const error =
    answer.kind === 'failed' ? answer.error : { name: ENDED, message: 'the upload reported nothing' };
  return { kind: 'failed', failure: uploadFailureOf(error) };
}

/** Where a person downloads it. */
function urlOf(id: number, env: Variables): string {
  const server = env['GITHUB_SERVER_URL'] || 'https://github.com';
  return `${server}/${env['GITHUB_REPOSITORY']}/actions/runs/${env['GITHUB_RUN_ID']}/artifacts/${id}`;
}
