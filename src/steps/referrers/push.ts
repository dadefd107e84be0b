import { type Finding, UserError } from '../../errors.ts';
import type { EvidenceCaller } from '../../evidence/caller.ts';
import { printReference } from '../../oci/reference.ts';
import type { Artifact } from '../../oci/referrer.ts';
import type { Image } from '../../oci/types.ts';
import type { Tools } from '../../tools/tools.ts';
import { VERSION } from '../../version.ts';

/** What was kept from being pushed, as a warning: the image is what it is without it. */
export async function pushOrWarn(
  subject: Image,
  artifact: Artifact,
  { what, tools }: { readonly what: string; readonly tools: Pick<Tools, 'registry' | 'host'> },
): Promise<readonly Finding[]> {
  const { registry, path, digest } = subject;
  try {
    const pushed = await tools.registry.pushReferrer(subject, artifact);
    tools.host.info(`${what}: ${printReference({ registry, path, digest: pushed })}`);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [notPushed(`${what} of ${printReference({ registry, path, digest })}`, error)];
  }
}

export function notPushed(what: string, { message, findings }: UserError): Finding {
  return {
    level: 'warning',
    code: 'referrer',
    message: `${what} could not be pushed: ${message}`,
    hint: findings[0]?.hint ?? 'try again, or leave it out: the image is the same without it',
  };
}

export function evidenceCaller({ caller: { run, hosted } }: Pick<Tools, 'caller'>): EvidenceCaller {
  const { server, repository, gitSha, github } = run;
  return { server, repository, gitSha, github, hosted, version: VERSION };
}
