import { dirname, isAbsolute, join } from 'node:path';
import * as z from 'zod';
import { UserError } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import type { SpecFile } from '../file/spec-file.ts';
import { errorsByPlace } from '../findings/findings.ts';
import { refuseLater } from '../findings/later.ts';
import { findingsOf } from '../findings/problems.ts';
import type { Mirrors } from '../job/mirrors.ts';
import { flag, mapOf, STRING, scalar } from '../rows/scalar.ts';
import { readMapping } from '../yaml/mapping.ts';
import { type MapNode, mapNode, plain } from '../yaml/node.ts';
import { isOperatorKey, OPERATOR_KEYS, type OperatorKey } from './operator-keys.ts';
import type { Preset } from './places/preset.ts';
import { withTypedFiles } from './places/typed-files.ts';
import { SITE_FIELDS, type Sites, siteKeys, sitesIn } from './sites.ts';

const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?$/;
const PREFIX = /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?(?:\/[a-z0-9][a-z0-9._-]*)*$/;

const OperatorFields = z.strictObject({
  mirrors: mapOf(scalar(parseHost, STRING), scalar(parsePrefix, STRING)).optional(),
  'base-registry': scalar(parsePrefix, STRING).optional(),
  data: scalar(parseData, STRING).optional(),
  ...SITE_FIELDS,
  'allow-untrusted': flag.optional(),
  'require-provenance': flag.optional(),
} satisfies Record<OperatorKey, z.ZodType>);
/** Those of them that do nothing yet. */
const LATER = [
  {
    path: ['allow-untrusted'],
    asksNothing: isFalse,
    instead: 'remove it: untrusted events plan and build, and never run',
  },
  { path: ['require-provenance'], asksNothing: isFalse, instead: 'remove it' },
];

type EntryOf = MapNode['entries'] extends ReadonlyMap<infer K, infer V> ? readonly [K, V] : never;

/** Where bases are read from, by the defaults file: mirrors of registries, and a prefix for names without a host. */
export function mirrorsOf(defaults: SpecFile | undefined): Mirrors {
  const { mirrors = new Map(), 'base-registry': baseRegistry } = operatorFields(defaults);
  return baseRegistry === undefined ? { mirrors } : { mirrors, baseRegistry };
}

/** The file of rows about GPUs that it names, beside itself when it is relative. */
export function dataOf(defaults: SpecFile | undefined): string | undefined {
  const { data } = operatorFields(defaults);
  if (data === undefined || defaults === undefined) return undefined;
  return isAbsolute(data) ? data : join(dirname(defaults.path), data);
}

/** Where jobs may be sent beside the engine of the machine and the cluster of its kubeconfig, by the defaults file. */
export function sitesOf(
  defaults: SpecFile | undefined,
  presets: ReadonlyMap<string, Preset> = new Map(),
): Sites {
  return sitesIn(operatorFields(defaults), presets);
}

function operatorFields(defaults: SpecFile | undefined): z.output<typeof OperatorFields> {
  if (defaults === undefined) return {};
  const root = readMapping(defaults);
  const entries = [...root.entries].filter(([key]) => isOperatorKey(key));
  const own = mapNode(entries.map(typedEntry), root.location);
  const read = OperatorFields.safeParse(plain(own));
  const findings = new Findings();
  findings.add(findingsOf(read.error?.issues ?? [], own, (path) => siteKeys(path) ?? OPERATOR_KEYS));
  refuseLater(own, findings, LATER);
  findings.throwIfErrors(errorsByPlace);
  return read.data ?? {};
}

function typedEntry([key, entry]: EntryOf): EntryOf {
  const { value } = entry;
  if (key !== 'commands' || value.kind !== 'map') return [key, entry];
  const places = [...value.entries].map(
    ([name, one]): EntryOf => [
      name,
      one.value.kind === 'map' ? { ...one, value: withTypedFiles(one.value) } : one,
    ],
  );
  return [key, { ...entry, value: mapNode(places, value.location) }];
}

function isFalse(value: unknown): boolean {
  return value === 'false' || value === 'False' || value === 'FALSE';
}

function parseData(written: string): string {
  if (written !== '' && !written.includes('\0')) return written;
  throw new UserError(`"${written}" is not a path`, { hint: 'write it as in gpus.yml' });
}

function parseHost(written: string): string {
  if (HOST.test(written)) return written;
  throw new UserError(`"${written}" is not a registry`, {
    hint: 'write a host, as in docker.io or registry:5000',
  });
}

function parsePrefix(written: string): string {
  if (PREFIX.test(written)) return written;
  throw new UserError(`"${written}" is not a registry with a path`, {
    hint: 'write it as in mirror.example.com/hub',
  });
}
