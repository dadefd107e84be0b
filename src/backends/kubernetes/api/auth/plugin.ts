import * as z from 'zod';
import { UserError } from '../../../../errors.ts';
import { textOf } from '../../../../io/process/exec.ts';
import { type Environment, startProcess } from '../../../../io/process/process.ts';
import { readJson } from '../../../../json.ts';

/** A program that gives credentials: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins */
export interface Plugin {
  /** Absolute. */
  readonly command: string;
  readonly args: readonly string[];
  /** Complete. */
  readonly env: Environment;
}

const ExecCredential = z.object({
  status: z.object({
    token: z.string().nullish(),
    clientCertificateData: z.string().nullish(),
    clientKeyData: z.string().nullish(),
    expirationTimestamp: z.string().nullish(),
  }),
});
export type PluginStatus = z.infer<typeof ExecCredential>['status'];

const GRACE = 1_000;
const MOST_SAID = 500;

/** The program is ended with the signal, and not waited for any more. */
export async function runPlugin({ command, args, env }: Plugin, signal: AbortSignal): Promise<PluginStatus> {
  const child = startProcess(command, args, { env, signal, grace: GRACE });
  const outputs = Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  const [stdout, stderr] = await raced(outputs, signal);
  const { code } = await raced(child.ended(), signal);
  if (code !== 0)
    throw new Error(stderr.trim().slice(0, MOST_SAID) || `"${command}" ended with ${code ?? 'a signal'}`);
  const status = readJson(ExecCredential, stdout)?.status;
  // What it printed may hold a token, and is not quoted.
  if (!status?.token && !status?.clientCertificateData)
    throw new UserError(`"${command}" printed no ExecCredential with a token or a certificate`);
  return status;
}

/** The signal comes first, or the work. */
export function raced<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    const end = (): void => signal.removeEventListener('abort', abort);
    work.then(resolve, reject).finally(end);
  });
}
