import { cleanText } from '../../log/log.ts';
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
}

/** Which commit made a file; a record may be a stranger's text. */
export function printOrigin(origin: ShownOrigin): readonly string[] {
  const { run, path, record, image, source } = origin;
  const params = Object.entries(record?.params ?? {}).map(([name, value]) => `${name}=${value}`);
  const lines: [string, string][] = [
    ['run', record === undefined ? run : `${run}, job ${record.plan.job}, started at ${record.started}`],
    ['file', path],
    ['commit', commitOf(record)],
    ['image', image],
    ...(record?.base === undefined ? [] : [['base', record.base] as [string, string]]),
    ...(params.length === 0 ? [] : [['params', params.join(', ')] as [string, string]]),
    ['says', source ?? 'a record of this machine'],
  ];
  return rows(lines.map(([name, value]) => [name, cleanText(value)] as const));
}

function commitOf(record: PushedRecord | undefined): string {
  if (record?.commit === undefined) return 'not known';
  return record.repository === undefined ? record.commit : `${record.commit} of ${record.repository}`;
}

export function originJson({ run, path, record, image, source }: ShownOrigin): Json {
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
  };
}
