/** A line of a text, from 1 on. */
export interface Line {
  readonly number: number;
  readonly text: string;
  /** Whether its end was written: the last line of a job that was stopped may be cut anywhere. */
  readonly isEnded: boolean;
  /** Whether it was too long to be held. */
  readonly isTooLong: boolean;
}

/** Of a line of a metrics file, or of a JSON value over several lines, so many characters are held. */
export const MAX_TEXT = 16 * 1024 * 1024;

/** Makes lines of the bytes of a file, which is UTF-8, or UTF-16 when its byte order mark says so. */
export interface TextLines {
  push(bytes: Uint8Array): readonly Line[];
  end(): readonly Line[];
}

export function createTextLines(limit: number = MAX_TEXT): TextLines {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let start = new Uint8Array(0);
  let held = '';
  /** A CR at the very end of a piece: an LF that comes first in the next belongs to it. */
  let returned = '';
  let isTooLong = false;
  let number = 0;

  /** Two bytes tell how the text is written. */
  function decode(bytes: Uint8Array, isLast: boolean): string {
    if (decoder !== undefined) return decoder.decode(bytes, { stream: !isLast });
    start = Uint8Array.from([...start, ...bytes.subarray(0, 2)]);
    const rest = bytes.subarray(2);
    if (start.length < 2 && !isLast) return '';
    decoder = new TextDecoder(encodingOf(start));
    return decoder.decode(start, { stream: true }) + decoder.decode(rest, { stream: !isLast });
  }

  function hold(text: string): void {
    isTooLong ||= held.length + text.length > limit;
    held = isTooLong ? '' : held + text;
  }

  function finish(isEnded: boolean): Line {
    number += 1;
    const line = { number, text: held, isEnded, isTooLong };
    held = '';
    isTooLong = false;
    return line;
  }

  function split(decoded: string, isLast: boolean): readonly Line[] {
    const whole = returned + decoded;
    returned = whole.endsWith('\r') && !isLast ? '\r' : '';
    const pieces = whole.slice(0, whole.length - returned.length).split(/\r\n|\n|\r/);
    return pieces.flatMap((piece, index) => {
      hold(piece);
      return index === pieces.length - 1 ? [] : [finish(true)];
    });
  }

  return {
    push: (bytes) => split(decode(bytes, false), false),
    end() {
      const lines = split(decode(new Uint8Array(0), true), true);
      return held === '' && !isTooLong ? lines : [...lines, finish(false)];
    },
  };
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
