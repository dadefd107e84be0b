import { allows, allowsRelease, parseSpecifiers } from '../packages/specifier.ts';
import type { Target } from './target.ts';

/** undefined: it cannot be told. */
type Truth = boolean | undefined;

/**
 * Whether an environment marker holds in an image, as far as that is known before there is one:
 * https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers
 */
export function markerHolds(marker: string, target: Target): Truth {
  const words = [...marker.matchAll(WORD)].map(([word]) => word);
  const reading: MarkerReader = { words, at: 0, target };
  const truth = either(reading);
  return reading.at === words.length ? truth : undefined;
}

const WORD = /[()]|"[^"]*"|'[^']*'|===|[~=!<>]=|[<>]|not\s+in\b|[A-Za-z0-9_.]+/g;

interface MarkerReader {
  readonly words: readonly string[];
  at: number;
  readonly target: Target;
}

/** Below the other, whatever the other says: one that holds is enough. */
function either(reading: MarkerReader): Truth {
  let truth = both(reading);
  while (take(reading, 'or')) {
    const next = both(reading);
    truth = truth === true || next === true ? true : truth === false ? next : undefined;
  }
  return truth;
}

function both(reading: MarkerReader): Truth {
  let truth = clause(reading);
  while (take(reading, 'and')) {
    const next = clause(reading);
    truth = truth === false || next === false ? false : truth === true ? next : undefined;
  }
  return truth;
}

function clause(reading: MarkerReader): Truth {
  if (!take(reading, '(')) {
    const [left = '', operator = '', right = ''] = reading.words.slice(reading.at, reading.at + 3);
    reading.at += 3;
    return compare(left, operator.replace(/\s+/, ' '), right, reading.target);
  }
  const truth = either(reading);
  return take(reading, ')') ? truth : undefined;
}

function take(reading: MarkerReader, word: string): boolean {
  if (reading.words[reading.at] !== word) return false;
  reading.at += 1;
  return true;
}

/** Of a variable with a text; the other way round, as nobody writes it, it is not read. */
function compare(name: string, operator: string, quoted: string, target: Target): Truth {
  const text = /^(["'])(.*)\1$/.exec(quoted)?.[2];
  if (text === undefined) return undefined;
  if (name === 'python_version' || name === 'python_full_version')
    return compareVersion(name, operator, text, target);
  const value = name === 'platform_machine' ? target.machine : VALUES[name];
  return value === undefined ? undefined : COMPARED[operator]?.(value, text);
}

/** Of every image: it is Linux, and its Python is the usual one. */
const VALUES: Readonly<Record<string, string>> = {
  sys_platform: 'linux',
  platform_system: 'Linux',
  os_name: 'posix',
  implementation_name: 'cpython',
  platform_python_implementation: 'CPython',
};

const COMPARED: Readonly<Record<string, (value: string, text: string) => boolean>> = {
  '==': (value, text) => value === text,
  '!=': (value, text) => value !== text,
  in: (value, text) => text.includes(value),
  'not in': (value, text) => !text.includes(value),
};

function compareVersion(name: string, operator: string, text: string, { python }: Target): Truth {
  const isRead = /^(?:~=|[=!<>]=|[<>])$/.test(operator) && /^\d{1,4}(?:\.\d{1,4}){0,3}(?:\.\*)?$/.test(text);
  if (python === undefined || !isRead) return undefined;
  const set = parseSpecifiers(`${operator}${text}`);
  return name === 'python_version'
    ? allowsRelease(set, python.split('.').slice(0, 2).join('.'))
    : allows(set, python);
}
