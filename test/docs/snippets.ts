import { read } from './repository.ts';

const FENCE = /^```yaml( spec)?\n([\s\S]*?)^```/gm;

export interface Snippet {
  readonly at: string;
  readonly isSpec: boolean;
  readonly text: string;
}

export function snippetsOf(document: string): readonly Snippet[] {
  const markdown = read(document);
  return [...markdown.matchAll(FENCE)].map(({ index, 1: spec, 2: text = '' }) => ({
    at: `${document}:${markdown.slice(0, index).split('\n').length}`,
    isSpec: spec !== undefined,
    text,
  }));
}
