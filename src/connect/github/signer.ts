import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import type { Variables } from '../../io/process/exec.ts';
import type { Host } from '../../tools/host.ts';
import type { Signer } from '../../tools/outputs/signer.ts';

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads */
const Payload = z.object({ repository: z.object({ visibility: z.string().optional() }).optional() });

/** What signs for the workflow, loaded when there is something to sign; undefined: it may not, which is said once. */
export function connectSigner(env: Variables, host: Pick<Host, 'finding'>): Signer | undefined {
  if (!env['ACTIONS_ID_TOKEN_REQUEST_URL']) {
    host.finding({
      level: 'warning',
      code: 'attestation',
      message: 'outputs will not be signed: this job gets no token that says who it is',
      hint: 'add `permissions: { id-token: write }` to the job of the workflow, or leave `attest` out',
    });
    return undefined;
  }
  return {
    async sign(statement) {
      const [{ signingServices }, { signStatement, workflowIdentity }] = await Promise.all([
        import('../../io/sigstore/services.ts'),
        import('../../io/sigstore/sign.ts'),
      ]);
      const services = signingServices(await visibilityOf(env), env['GITHUB_SERVER_URL'] || undefined);
      return await signStatement(statement, services, workflowIdentity());
    },
  };
}

/** Of the repository, as its event tells. */
async function visibilityOf({ GITHUB_EVENT_PATH: path }: Variables): Promise<string | undefined> {
  if (!path) return undefined;
  return Payload.safeParse(JSON.parse(await readFile(path, 'utf8'))).data?.repository?.visibility;
}
