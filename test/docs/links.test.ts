import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DOCUMENTS, ROOT, read } from './repository.ts';

const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;

describe('links of the documents', () => {
  it.each(DOCUMENTS)('%s points at files and headings that are there', (document) => {
    const targets = [...withoutCode(read(document)).matchAll(LINK)].map(([, target]) => target ?? '');

    const broken = targets.filter((target) => !/^[a-z]+:/.test(target) && !leadsSomewhere(document, target));

    expect(broken).toEqual([]);
  });
});

function leadsSomewhere(document: string, target: string): boolean {
  const [path = '', heading] = target.split('#');
  const file = path === '' ? document : join(dirname(document), path);
  if (!existsSync(join(ROOT, file))) return false;
  return heading === undefined || headingsOf(file).includes(heading);
}

function headingsOf(file: string): readonly string[] {
  const lines = withoutCode(read(file)).matchAll(/^#+ (.*)$/gm);
  return [...lines].map(([, text = '']) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function withoutCode(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```/gm, '');
}
