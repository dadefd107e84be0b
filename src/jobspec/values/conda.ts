import { UserError } from '../../errors.ts';
import { parseOneLine } from './names.ts';

const HINT = 'write it as in "numpy", "numpy=1.26", "numpy >=1.26,<2" or "conda-forge::numpy"';

const CHANNEL_NAME = '[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_.-]+)*';
const NAME = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const VERSION = '[A-Za-z0-9_.*+!<>=~|,() ^$-]{0,200}';
const BRACKETS = String.raw`\[[A-Za-z0-9_.*+!<>=~|,()'"/: ^$-]{0,300}\]`;
const SPEC = new RegExp(`^(?:(${CHANNEL_NAME})::)?(${NAME})(?:(?=[ =<>!~])(${VERSION}))?(?:${BRACKETS})?$`);

export interface MatchSpec {
  readonly text: string;
  readonly channel?: string | undefined;
  readonly name: string;
  /** What follows the name: `=3.11`, ` >=3.10,<3.13`, `=3.11=*cpython`. */
  readonly version: string;
}

/** A package as an environment names it: https://docs.conda.io/projects/conda/en/latest/user-guide/concepts/pkg-specs.html */
export function parseMatchSpec(written: string): MatchSpec {
  parseOneLine(written);
  const text = written.trim();
  if (/\s-\s/.test(text)) {
    throw new UserError(`"${written}" is two items of a list that YAML reads as one`, {
      hint: 'begin each "- " in the column of the first one',
    });
  }
  const match = SPEC.exec(text);
  const [, channel, name, version = ''] = match ?? [];
  if (name === undefined) throw new UserError(`"${written}" is not a conda package`, { hint: HINT });
  return { text, channel, name: name.toLowerCase(), version: version.trim() };
}

/** https://docs.conda.io/projects/conda/en/latest/user-guide/tasks/manage-channels.html */
export function parseChannel(written: string): string {
  parseOneLine(written);
  if (/^https?:\/\/[^/\s]*@|\/t\/[^/]+\//.test(written)) {
    throw new UserError('the address of a channel contains a password or a token', {
      hint: 'channels that need a login are not supported yet: name one that does not, or a mirror in the defaults file',
    });
  }
  if (new RegExp(`^${CHANNEL_NAME}$`).test(written)) return written;
  if (/^https?:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?(?:\/[A-Za-z0-9._~-]+)*\/?$/.test(written)) return written;
  throw new UserError(`"${written}" is not a channel`, {
    hint: 'write its name, as in "conda-forge", or its address, as in "https://conda.example.com/team"',
  });
}

/** What "defaults" stands for: its terms are not those of conda-forge. */
const DEFAULTS = ['https://repo.anaconda.com/pkgs/main', 'https://repo.anaconda.com/pkgs/r'];

/** The channels in their order, first those that are listed; conda-forge where nothing is named. */
export function channelsOf(listed: readonly string[], specs: readonly MatchSpec[]): readonly string[] {
  const channels = listed.filter((name) => name !== 'nodefaults');
  const named = specs.flatMap(({ channel }) => channel?.replace(/\/(?:noarch|linux-[a-z0-9]+)$/, '') ?? []);
  const all = [...(channels.length === 0 ? [DEFAULT_CHANNEL] : channels), ...named];
  return [...new Set(all.flatMap((name) => (name === 'defaults' ? DEFAULTS : [name])))];
}

export const DEFAULT_CHANNEL = 'conda-forge';
