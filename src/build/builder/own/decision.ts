import type { BuilderContainer } from './container.ts';

/** What is to be done before a builder of ours can be used. */
export type Decision =
  | { readonly kind: 'make' }
  | { readonly kind: 'reuse'; readonly why?: string | undefined }
  /** Its container goes, its cache stays. */
  | { readonly kind: 'replace'; readonly why: string }
  | { readonly kind: 'refuse'; readonly why: 'foreign' | 'busy' };

interface BuilderRequest {
  readonly image: string;
  /** The fingerprint of everything else. */
  readonly settings: string;
}

/** A build that is under way somewhere else is never cut off, and a newer BuildKit never gives way to an older one. */
export function decide(there: BuilderContainer | undefined, wanted: BuilderRequest): Decision {
  if (there === undefined) return { kind: 'make' };
  const { made, busy, state } = there;
  if (made === undefined) return { kind: 'refuse', why: 'foreign' };
  // Only one process at a time makes a builder, so whoever made this one did not come to its start.
  if (state === 'created') return { kind: 'replace', why: 'it was never started' };
  if (made.settings === wanted.settings) return byRelease(made.image, wanted.image, busy);
  return busy
    ? { kind: 'refuse', why: 'busy' }
    : { kind: 'replace', why: 'this machine, or this build, has other network settings' };
}

function byRelease(made: string, wanted: string, busy: boolean): Decision {
  const [theirs, ours] = [releaseOf(made), releaseOf(wanted)];
  // A mirror has the same image under another name.
  if (made === wanted || (theirs !== undefined && theirs === ours)) return { kind: 'reuse' };
  const why = `it was created with ${theirs ?? made}`;
  return busy || isNewer(theirs, ours) ? { kind: 'reuse', why } : { kind: 'replace', why };
}

/** `v0.32.2` of `docker.io/moby/buildkit:v0.32.2@sha256:…` */
export function releaseOf(image: string): string | undefined {
  return /:(v\d+\.\d+\.\d+)(?:@|$)/.exec(image)?.[1];
}

function isNewer(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  const [ones = [], others = []] = [one, other].map((release) => release.slice(1).split('.').map(Number));
  const at = ones.findIndex((number, index) => number !== others[index]);
  return at >= 0 && (ones[at] ?? 0) > (others[at] ?? 0);
}
