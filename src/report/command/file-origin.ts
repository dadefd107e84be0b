import { cleanText } from '../../log/log.ts';
import { shellWord } from '../../recipe/shell.ts';
import type { PushedRecord } from '../../run/records/pushed-record.ts';
import type { Json } from '../plan-json.ts';
import { rows } from '../text/rows.ts';

/** A run that has left a file, as far as a record tells. */
export interface ShownOrigin {
  readonly run: string;
  readonly path: string;
  readonly record?: PushedRecord | undefined;
  readonly image: string;
  readonly source?: string | undefined;
  /** What somebody has signed about the file; nobody has checked it. */
  readonly signed?: { readonly by: string; readonly bundle: string } | undefined;
}

/** Which commit made a file; a record may be a stranger's text. */
export function printOrigin(origin: ShownOrigin): readonly string[] {
  const { run, path, record, image, source, signed } = origin;
  const params = Object.entries(record?.params ?? {}).map(([name, value]) => `${name}=${value}`);
  const lines: [string, string][] = [
    ['run', record === undefined ? run : `${run}, job ${record.plan.job}, started at ${record.started}`],
    ['file', path],
    ['commit', commitOf(record)],
    ['image', image],
    ...(record?.base === undefined ? [] : [['base', record.base] as [string, string]]),
    ...(params.length === 0 ? [] : [['params', params.join(', ')] as [string, string]]),
    ['says', source ?? 'a record of this machine'],
    ...(signed === undefined ? [] : [['signed', `by ${signed.by}, not checked`] as [string, string]]),
  ];
  return rows(lines.map(([name, value]) => [name, cleanText(value)] as const));
}

/** What of the answer is as good as who wrote it, and how it becomes better. */
export function printTrust(file: string, origins: readonly ShownOrigin[]): readonly string[] {
  if (origins.length === 0) return [];
  const checks = origins.flatMap(({ signed, record }) =>
    signed === undefined || record?.repository === undefined
      ? []
      : [checkOf(file, signed.bundle, record.repository)],
  );
  if (checks.length > 0) return ['no signature was checked here; this does it:', ...checks];
  return ['nothing of this is signed: it is as good as the machine or the repository that the record is in'];
}

function checkOf(file: string, bundle: string, repository: string): string {
  const [name, path, whose] = [file, bundle, repository].map(shellWord);
  return `  ${cleanText(`gh attestation verify ${name} --bundle ${path} --repo ${whose}`)}`;
}

function commitOf(record: PushedRecord | undefined): string {
  if (record?.commit === undefined) return 'not known';
  return record.repository === undefined ? record.commit : `${record.commit} of ${record.repository}`;
}

export function originJson({ run, path, record, image, source, signed }: ShownOrigin): Json {
  return {
    run,
    path,
    job: record?.plan.job ?? null,
    started: record?.started ?? null,
    repository: record?.repository ?? null,
    commit: record?.commit ?? null,
    base: record?.base ?? null,
    params: { ...record?.params },
    image,
    source: source ?? null,
    signed: signed === undefined ? null : { ...signed, checked: false },
  };
}
