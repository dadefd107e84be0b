import type { StatedOrigin } from '../../evidence/outputs/bundle.ts';
import type { SignerIdentity } from '../../evidence/outputs/signer.ts';
import { cleanText } from '../../log/log.ts';
import type { PushedRecord } from '../../run/records/pushed-record.ts';
import type { Json } from '../plan-json.ts';
import { type Row, rows } from '../text/rows.ts';

/** What somebody has signed about a file: checked, refused, or nobody could tell. */
export type ShownSignature = { readonly bundle: string } & (
  | { readonly kind: 'verified'; readonly signer: SignerIdentity }
  | {
      readonly kind: 'refused' | 'unknown';
      readonly why: string;
      readonly hint: string | undefined;
      /** Whom the certificate names, which nobody has checked. */
      readonly claimed: string | undefined;
    }
);

/** A run that has left a file, as far as a record or a signed statement tells. */
export interface ShownOrigin {
  readonly run: string;
  readonly path: string;
  readonly record?: PushedRecord | undefined;
  readonly stated?: StatedOrigin | undefined;
  readonly image: string;
  readonly source?: string | undefined;
  /** undefined: nobody has signed. */
  readonly signed?: ShownSignature | undefined;
}

/** Which commit made a file; a record may be a stranger's text. */
export function printOrigin(origin: ShownOrigin): readonly string[] {
  const { run, path, record, stated, image, source, signed } = origin;
  const params = Object.entries(record?.params ?? stated?.params ?? {}).map(
    ([name, value]) => `${name}=${value}`,
  );
  const lines: Row[] = [
    ['run', runOf(run, origin)],
    ['file', path],
    ['commit', commitOf(origin)],
    ['image', image],
    ...(record?.base === undefined ? [] : [['base', record.base] as const]),
    ...(params.length === 0 ? [] : [['params', params.join(', ')] as const]),
    ['says', source ?? saysOf(origin)],
    ...(signed === undefined ? [] : signatureRows(signed)),
  ];
  return rows(lines.map(([name, value]) => [name, cleanText(value)] as const));
}

function saysOf({ record, signed }: ShownOrigin): string {
  if (record !== undefined) return 'a record of this machine';
  return signed?.kind === 'verified' ? 'the signed statement' : 'nobody who is to be believed';
}

function runOf(run: string, { record, stated }: ShownOrigin): string {
  if (record !== undefined) return `${run}, job ${record.plan.job}, started at ${record.started}`;
  return stated === undefined ? run : `${run}, job ${stated.job}`;
}

function signatureRows(signed: ShownSignature): readonly Row[] {
  if (signed.kind !== 'verified') {
    const { kind, claimed = 'nobody that is named', why } = signed;
    return [['signed', `${kind === 'refused' ? 'not' : 'perhaps'} by ${claimed}: ${why}`]];
  }
  const { identity, repository, commit, ref, issuer } = signed.signer;
  const source = [repository, commit && `at ${commit}`, ref && `of ${ref}`].filter(Boolean).join(' ');
  return [
    ['signed', `by ${identity}`],
    ...(source === '' ? [] : [['source', source] as const]),
    ['issuer', issuer ?? 'not named'],
  ];
}

/** How good the answer is. */
export function printTrust(origins: readonly ShownOrigin[], isNamed: boolean): readonly string[] {
  if (origins.length === 0) return [];
  const verified = origins.filter(({ signed }) => signed?.kind === 'verified');
  if (verified.length > 0)
    return isNamed ? [] : ['the signature is right; whether its signer is who you mean, --repo checks'];
  if (origins.some(({ signed }) => signed !== undefined)) return [];
  return ['nothing of this is signed: it is as good as the machine or the repository that the record is in'];
}

function commitOf({ record, stated }: ShownOrigin): string {
  const commit = record?.commit ?? stated?.commit;
  if (commit === undefined) return 'not known';
  return record?.repository === undefined ? commit : `${commit} of ${record.repository}`;
}

export function originJson(origin: ShownOrigin): Json {
  const { run, path, record, stated, image, source, signed } = origin;
  return {
    run,
    path,
    job: record?.plan.job ?? stated?.job ?? null,
    started: record?.started ?? null,
    repository: record?.repository ?? null,
    commit: record?.commit ?? stated?.commit ?? null,
    base: record?.base ?? null,
    params: { ...(record?.params ?? stated?.params) },
    image,
    source: source ?? null,
    signed: signed === undefined ? null : signatureJson(signed),
  };
}

function signatureJson({ bundle, ...signed }: ShownSignature): Json {
  if (signed.kind !== 'verified')
    return { by: signed.claimed ?? null, bundle, checked: signed.kind, why: signed.why };
  const { identity, issuer, repository, ref, commit } = signed.signer;
  return {
    by: identity,
    bundle,
    checked: 'verified',
    issuer: issuer ?? null,
    repository: repository ?? null,
    ref: ref ?? null,
    commit: commit ?? null,
  };
}
