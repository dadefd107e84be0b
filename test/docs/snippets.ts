import { read } from './repository.ts';

/** What stands behind the kind: that it is a spec, and the file that it is. */
const FENCE = /^```(\w*)( spec)?(?: file=(\S+))?\n([\s\S]*?)^```$/gm;

export interface Block {
  readonly at: string;
  /** `yaml`, `sh`, `text` and so on. */
  readonly kind: string;
  readonly isSpec: boolean;
  /** Its path, in the folder of a repository or absolute. */
  readonly file: string | undefined;
  readonly text: string;
}

export type Snippet = Pick<Block, 'at' | 'isSpec' | 'text'>;

export function blocksOf(document: string): readonly Block[] {
  return blocksIn(read(document), document);
}

export function blocksIn(markdown: string, document: string): readonly Block[] {
  return [...markdown.matchAll(FENCE)].map(({ index, 1: kind = '', 2: spec, 3: file, 4: text = '' }) => ({
    at: `${document}:${markdown.slice(0, index).split('\n').length}`,
    ...{ kind, file, text },
    isSpec: spec !== undefined,
  }));
}

export function snippetsOf(document: string): readonly Snippet[] {
  return blocksOf(document).filter(({ kind }) => kind === 'yaml');
}

/** A line of a `text`, in which `…` stands for what differs from day to day. */
export function patternOf(line: string): RegExp {
  const parts = line.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}

/** Lines that a page shows of what is printed. */
export function linesShown(blocks: readonly Block[]): readonly string[] {
  return blocks.filter(({ kind }) => kind === 'text').flatMap(({ text }) => text.trimEnd().split('\n'));
}
