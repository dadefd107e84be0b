import type { Finding } from '../../errors.ts';
import type { Mirrors } from '../../jobspec/job/mirrors.ts';
import type { Parent } from '../../oci/image.ts';
import { LINUX_AMD64 } from '../../oci/platform.ts';
import { printReference } from '../../oci/reference.ts';
import type { Digest, Reference } from '../../oci/types.ts';
import { mirrored } from '../../plan/mirrors.ts';
import type { ImagePlan } from '../../plan/plan.ts';
import type { Tools } from '../../tools/tools.ts';
import { claimedBase, shownBase, standsOn } from '../../verify/claimed-base.ts';
import type { VerifiedImage } from '../../verify/verified.ts';

type ReferencedImagePlan = Extract<ImagePlan, { kind: 'given' }>;

interface CheckGivenOptions {
  readonly job: string;
  readonly image: ReferencedImagePlan;
  readonly mirrors: Mirrors;
}

/**
 * An image of somebody else cannot be made again; what it says of its base can be looked at:
 * https://github.com/opencontainers/image-spec/blob/main/annotations.md
 */
export async function checkGiven(
  { job, image, mirrors }: CheckGivenOptions,
  { registry, host }: Pick<Tools, 'registry' | 'host'>,
): Promise<readonly VerifiedImage[]> {
  const there = await pulled(image.reference, image.digest);
  const base = there && claimedBase(there);
  if (there === undefined || base === undefined) {
    host.info(
      `${job}: the image is used as it is and says nothing about its base, so nothing can be compared`,
    );
    return [];
  }

  const below = await pulled(mirrored(base, mirrors), base.digest);
  const { digest } = there.image;
  const known = { tag: printReference(there.image), published: digest, rebuilt: digest };
  if (below !== undefined && standsOn(there.config, below.config)) {
    host.info(
      `${job}: the image is built on ${shownBase(base)}, as its labels say; the rest cannot be rebuilt`,
    );
    return [{ ...known, verdict: 'same', findings: [] }];
  }
  if (below === undefined) return [{ ...known, verdict: 'same', findings: [gone(base)] }];
  const findings = [otherBase(known.tag, base)];
  return [{ ...known, verdict: base.digest === undefined ? 'same' : 'different', findings }];

  async function pulled(reference: Reference, digest: Digest | undefined): Promise<Parent | undefined> {
    const { registry: where, path, tag } = reference;
    const named = digest === undefined ? { registry: where, path, tag } : { registry: where, path, digest };
    const found = await registry.resolve(named, LINUX_AMD64);
    return found === undefined ? undefined : registry.pull({ registry: where, path, digest: found });
  }
}

function gone(base: Reference): Finding {
  return {
    level: 'warning',
    code: 'base-gone',
    message: `the base that the image names, ${shownBase(base)}, no longer exists, so it cannot be compared`,
    hint: 'name a mirror that has it in the defaults file, or ask who publishes the image',
  };
}

function otherBase(image: string, base: Reference): Finding {
  const moved = base.digest === undefined;
  return {
    level: moved ? 'notice' : 'error',
    code: moved ? 'base-moved' : 'image-differs',
    message: `${image} does not begin with the layers of ${shownBase(base)}, which it names as its base`,
    hint: moved
      ? 'its tag may be another image by now: a label with the digest of the base would tell'
      : 'its label does not say what it was built from: ask who publishes it',
  };
}
