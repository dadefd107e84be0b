import type { Findings } from '../../findings.ts';
import { type Fields, orNothing } from '../draft/fields.ts';
import { report } from '../not-converted.ts';
import { type PyValue, scalarOf } from '../python/value.ts';
import { namesField, textsField } from '../values.ts';
import { memberAt, membersOf } from '../yaml-value.ts';
import type { Texts } from './texts.ts';

const OF_DOCKERFILE = [
  'image',
  'run',
  'env',
  'langEnv',
  'workdir',
  'uid',
  'gid',
  'username',
  'filename',
  'name',
];

/** The image that an `init.dockerfile` describes. */
export function dockerfileOf(value: PyValue, texts: Texts, findings: Findings): Fields {
  for (const [key, other] of membersOf(value)) {
    if (!OF_DOCKERFILE.includes(key))
      report(`init.dockerfile.${key}: the code is copied as a whole, and last`, other.at, findings);
  }
  const base = memberAt(value, ['image']);
  const uid = scalarOf(memberAt(value, ['uid']));
  const gid = scalarOf(memberAt(value, ['gid']));
  return {
    base: base === undefined ? undefined : texts.filled(scalarOf(base) ?? '', base.at),
    build: orNothing(textsField('init.dockerfile.run', memberAt(value, ['run']), findings)),
    env: orNothing(namesField('init.dockerfile.env', pairsOf(memberAt(value, ['env'])), findings)),
    lang: scalarOf(memberAt(value, ['langEnv'])),
    workdir: scalarOf(memberAt(value, ['workdir'])),
    user: uid === undefined ? undefined : [uid, ...(gid === undefined ? [] : [gid])].join(':'),
  };
}

/** Lists of two are pairs as well. */
function pairsOf(value: PyValue | undefined): PyValue | undefined {
  if (value?.kind !== 'list') return value;
  const entries = value.items.flatMap((item) => {
    const [key, one] = item.kind === 'list' ? item.items : [];
    return key === undefined || one === undefined ? [] : [[key, one] as const];
  });
  return { kind: 'dict', entries, at: value.at };
}
