import { isAbsolute, sep } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import * as z from 'zod';
import { UserError } from '../../../../errors.ts';
import { findTool, type Variables } from '../../../../io/process/exec.ts';
import { isInside, realPath } from './checkout.ts';
import type { Plugin } from './plugin.ts';

interface ProgramPlace {
  readonly env: Variables;
  readonly checkout: string;
}

/**
 * A program that gives credentials is one of the machine: by its name from PATH, or by a path that is not below the
 * checkout. It is told what kubectl tells it, and taken from what the official client does by itself, which waits without an
 * end.
 */
export async function takePlugin(
  config: KubeConfig,
  { checkout, env }: ProgramPlace,
): Promise<Plugin | undefined> {
  const user = config.getCurrentUser();
  const written = user?.exec ?? user?.authProvider?.config?.exec;
  if (user == null || written == null) return undefined;
  const exec = ExecConfig.parse(written);
  refuseTerminal(exec);
  const command = exec.command.includes(sep) ? exec.command : await findTool(exec.command, env['PATH']);
  if (!isAbsolute(command) || isInside(realPath(command) ?? command, realPath(checkout) ?? checkout)) {
    throw new UserError(`the kubeconfig starts "${exec.command}", which may be a file of the checkout`, {
      kind: 'usage',
      code: 'kubeconfig',
      hint: 'write the absolute path of a program of the machine',
    });
  }
  const info = { apiVersion: exec.apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  const own = (exec.env ?? []).map(({ name, value }) => [name, value] as const);
  const given = Object.entries(env).filter((one): one is [string, string] => one[1] !== undefined);
  Object.assign(user, { exec: undefined, authProvider: undefined });
  return {
    command,
    args: exec.args ?? [],
    env: Object.fromEntries([...given, ...own, ['KUBERNETES_EXEC_INFO', JSON.stringify(info)]]),
  };
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins */
const ExecConfig = z.object({
  command: z.string(),
  args: z.array(z.string()).nullish(),
  apiVersion: z.string().optional(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  interactiveMode: z.string().nullish(),
});

function refuseTerminal({ command, interactiveMode }: z.infer<typeof ExecConfig>): void {
  if (interactiveMode !== 'Always') return;
  throw new UserError(
    `the kubeconfig starts "${command}" with "interactiveMode: Always", which needs a terminal`,
    {
      code: 'kubeconfig',
      hint: 'use a login that asks nobody, with "interactiveMode: Never" or "IfAvailable"',
    },
  );
}

/** The file of the token of a service account: the official client reads it with the newline at its end. */
export function takeTokenFile(config: KubeConfig): string | undefined {
  const user = config.getCurrentUser();
  const file = user?.authProvider?.config?.tokenFile;
  if (user == null || typeof file !== 'string') return undefined;
  Object.assign(user, { authProvider: undefined });
  return file;
}
