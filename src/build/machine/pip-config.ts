import { isAbsolute, join } from 'node:path';
import { namedFolder } from '../../io/fs/folders.ts';
import type { Variables } from '../../io/process/exec.ts';

/** What says where packages come from; paths, caches and habits of this machine stay here. */
const KEPT: ReadonlySet<string> = new Set([
  'index-url',
  'extra-index-url',
  'trusted-host',
  'find-links',
  'proxy',
  'timeout',
  'retries',
]);

/** What an index that the spec names stands in place of. */
const INDEXES: ReadonlySet<string> = new Set(['index-url', 'extra-index-url', 'find-links']);

/** Other names of the same options. */
const ALIASES: Readonly<Record<string, string>> = { 'default-timeout': 'timeout', 'pypi-url': 'index-url' };

/** pip's own files, weakest first: https://pip.pypa.io/en/stable/topics/configuration/ */
export function pipConfigFiles(env: Variables): readonly string[] {
  const named = env['PIP_CONFIG_FILE'];
  // pip itself reads no other file of a user when this is the null device.
  if (named === '/dev/null') return [];
  const home = namedFolder(env, 'HOME');
  const folders = (env['XDG_CONFIG_DIRS'] || '/etc/xdg').split(':').filter(isAbsolute);
  const user =
    namedFolder(env, 'XDG_CONFIG_HOME') ?? (home === undefined ? undefined : join(home, '.config'));
  const environment = namedFolder(env, 'VIRTUAL_ENV');
  return [
    ...folders.map((folder) => join(folder, 'pip', 'pip.conf')),
    '/etc/pip.conf',
    ...(home === undefined ? [] : [join(home, '.pip', 'pip.conf')]),
    ...(user === undefined ? [] : [join(user, 'pip', 'pip.conf')]),
    ...(environment === undefined ? [] : [join(environment, 'pip.conf')]),
    ...(named !== undefined && isAbsolute(named) ? [named] : []),
  ];
}

export interface PipConfig {
  /** Text for `PIP_CONFIG_FILE`; empty when there is nothing. */
  readonly whole: string;
  /** The same for an image that has an index of its own. */
  readonly withoutIndex: string;
}

/** What a build is told of an address; undefined: nothing. */
export type AddressFilter = (address: string) => string | undefined;

/** One configuration of what `pip install` would use here. */
export function mergePipConfigs(
  texts: readonly string[],
  env: Variables,
  address: AddressFilter = (whole) => whole,
): PipConfig {
  const options = texts.flatMap(readOptions);
  const merged = new Map([
    ...options.filter(({ section }) => section === 'global').map(toEntry),
    ...options.filter(({ section }) => section === 'install').map(toEntry),
    ...Object.entries(env).flatMap(environmentOption),
  ]);
  const others = [...merged].filter(([key]) => !INDEXES.has(key));
  return { whole: printConfig([...merged], address), withoutIndex: printConfig(others, address) };
}

function printConfig(options: readonly (readonly [string, string])[], address: AddressFilter): string {
  const lines = options.flatMap(([key, value]) => printOption(key, value, address)).sort();
  return lines.length === 0 ? '' : `[global]\n${lines.join('\n')}\n`;
}

interface Option {
  readonly section: string;
  readonly key: string;
  /** One value to a line. */
  readonly value: string;
}

/** Enough of Python's ConfigParser: sections, `key = value`, indented further lines, comments. */
function readOptions(text: string): readonly Option[] {
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(?:[#;]|$)/.test(line));
  const unfolded = lines
    .join('\n')
    .replace(/\n[ \t]+/g, FOLD)
    .split('\n');
  let section = '';
  return unfolded.flatMap((line) => {
    section = /^\[([^\]]+)\]/.exec(line)?.[1] ?? section;
    const option = /^([^\s:=[][^:=]*)[:=](.*)$/.exec(line);
    if (option === null) return [];
    const value = (option[2] ?? '')
      .split(FOLD)
      .map((one) => one.trim())
      .join('\n');
    return [{ section, key: optionName((option[1] ?? '').trim()), value }];
  });
}

/** Stands for the end of a line inside a value; no text file holds it. */
const FOLD = '\u0000';

function toEntry({ key, value }: Option): readonly [string, string] {
  return [key, value];
}

function environmentOption([name, value]: readonly [string, string | undefined]): readonly (readonly [
  string,
  string,
])[] {
  if (!name.startsWith('PIP_') || !value) return [];
  return [[optionName(name.slice('PIP_'.length)), value.split(/\s+/).join('\n')]];
}

function optionName(name: string): string {
  const option = name.toLowerCase().replaceAll('_', '-');
  return ALIASES[option] ?? option;
}

function printOption(key: string, value: string, address: AddressFilter): readonly string[] {
  if (!KEPT.has(key)) return [];
  const values = value
    .split('\n')
    .map((one) => one.trim())
    .filter((one) => one !== '' && reachable(key, one))
    .flatMap((one) => address(one) ?? []);
  return values.length === 0 ? [] : [`${key} = ${values.join('\n    ')}`];
}

/** A folder of this machine is not there in a build. */
function reachable(key: string, value: string): boolean {
  const isUrl = /^https?:\/\//i.test(value);
  return key === 'find-links' ? isUrl : !/^(?:file:|\/|\.)/i.test(value);
}
