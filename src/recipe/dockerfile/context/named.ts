import { posix } from 'node:path';
import type { Location } from '../../../errors.ts';
import type { NamedSource } from '../../recipe.ts';
import { flagsOf, mountsOf } from '../flags.ts';
import { expandIn } from '../scope.ts';
import type { Scoped } from '../stage-scopes.ts';
import { copySources, normal } from './sources.ts';

/** The sources of the context that instructions name, as far as they are known; the build fails without them. */
export function namedSources(all: readonly Scoped[], file: string): readonly NamedSource[] {
  return all.flatMap((scoped) => {
    const { keyword, line } = scoped.instruction;
    const texts = keyword === 'RUN' ? mountSources(scoped) : copiedSources(scoped);
    return texts.map((text) => named(text, keyword, { file, line }));
  });
}

function named(text: string, keyword: string, origin: Location): NamedSource {
  return {
    text,
    path: normal(text),
    isPattern: keyword !== 'RUN' && /[*?[]/.test(text),
    isOutside: posix.normalize(text.replace(/^\/+/, '')).split('/')[0] === '..',
    keyword,
    origin,
  };
}

function copiedSources({ instruction, scope }: Scoped): readonly string[] {
  if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return [];
  const flags = flagsOf(instruction);
  // What these flags leave of a folder only the build tells.
  if (['from', 'parents', 'exclude'].some((name) => flags.has(name))) return [];
  const texts = copySources(instruction).map((word) => expandIn(scope, word));
  return texts.filter((text) => text !== undefined && isPlain(text)) as readonly string[];
}

/** Neither a heredoc nor an address, and nothing that BuildKit reads in a way of its own. */
function isPlain(text: string): boolean {
  return text !== '' && !text.includes('\\') && !/^<<|:\/\/|^[\w.-]+@[\w.-]+:|^github\.com\//.test(text);
}

function mountSources({ instruction, scope }: Scoped): readonly string[] {
  return mountsOf(instruction).flatMap((mount) => {
    if (mount === undefined || mount.from !== '') return [];
    const [type, source] = [expandIn(scope, mount.type), expandIn(scope, mount.source)];
    return type?.toLowerCase() === 'bind' && source ? [source] : [];
  });
}
