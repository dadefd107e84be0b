import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readDockerfile } from '../../../src/recipe/dockerfile/read.ts';

function heads(text: string): readonly string[] {
  return readDockerfile(text, 'Dockerfile').map(({ keyword, rest, line }) =>
    `${line} ${keyword} ${rest}`.trim(),
  );
}

describe('reading a Dockerfile', () => {
  it('joins continued lines, and skips comments and empty lines among them', () => {
    const text = 'from a\nRUN one \\\n  # comment\n\n  two \\  \n three\\\\\nUSER me\n';

    expect(heads(text)).toEqual(['1 FROM a', '2 RUN one   two  three\\\\', '7 USER me']);
  });

  it('takes heredocs out of the way, whatever is in them', () => {
    const text = `RUN <<A cat <<-"B C" \\\n  && true\nFROM x\nA\n\tFROM y\n\tB C\nCOPY <<'D' /d\n$HOME\nD\nRUN echo "<<E" a<<F\nUSER me\n`;

    const read = readDockerfile(text, 'Dockerfile');

    expect(read.map(({ keyword }) => keyword)).toEqual(['RUN', 'COPY', 'RUN', 'USER']);
    expect(read.flatMap(({ heredocs }) => heredocs)).toEqual([
      { name: 'A', quoted: false, content: 'FROM x\n' },
      { name: 'B C', quoted: true, content: 'FROM y\n' },
      { name: 'D', quoted: true, content: '$HOME\n' },
    ]);
  });

  it('tells flags from the rest, and where each word stands', () => {
    const text = '  COPY --from=a --chmod=0755 "b c" d\n';

    const [copy] = readDockerfile(text, 'Dockerfile');

    expect(copy?.flags.map((word) => word.text)).toEqual(['--from=a', '--chmod=0755']);
    expect(copy?.rest).toBe('"b c" d');
    for (const { text: word, start, end } of [...(copy?.flags ?? []), ...(copy?.words ?? [])]) {
      expect(text.slice(start, end)).toBe(word);
    }
  });

  it('refuses a heredoc without end, with its line', () => {
    expect(() => readDockerfile('FROM a\nRUN <<EOF\ntrue\n', 'Dockerfile')).toThrow(
      'the heredoc "EOF" has no end',
    );
  });

  it('reads any text without another error than that, in bounded time', () => {
    const piece = fc.constantFrom('RUN ', '<<A', '\n', '\\', '"', "'", 'A', '#', ' ', '\r\n', 'FROM x', '\t');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        try {
          readDockerfile(pieces.join(''), 'Dockerfile');
        } catch (error) {
          expect(String(error)).toMatch(/the heredoc ".*" has no end/s);
        }
      }),
    );
  });

  it.each([
    ['of short lines', 'USER a\n'.repeat(150_000), 150_000],
    ['of one line', `RUN ${'"a'.repeat(500_000)}\n`, 1],
    ['of lines that go on', 'RUN \\\n'.repeat(200_000), 1],
  ])('ends with a megabyte %s', (_, text, count) => {
    expect(readDockerfile(text, 'Dockerfile')).toHaveLength(count);
  });
});
