export interface ClientOutput {
  /** Warnings of the client, in its words. */
  warnings(): readonly string[];
  /** The error that it wrote last; it throws another one, which does not say what was wrong. */
  error(): string | undefined;
}

const WARNING = '::warning::';
/** So many are told; the first of them say what is wrong. */
const MOST = 10;

/** Takes what is written to a stream for good: nobody else is to read it. */
export function listenTo(stream: Pick<NodeJS.WriteStream, 'write'>): ClientOutput {
  const warnings: string[] = [];
  let error: string | undefined;
  const line = (text: string): void => {
    if (text.startsWith(WARNING) && warnings.length < MOST) warnings.push(text.slice(WARNING.length).trim());
    else if (/^\w*Error: /.test(text)) error = text.trim();
  };
  stream.write = (chunk: unknown) => {
    line(String(chunk));
    return true;
  };
  return { warnings: () => warnings, error: () => error };
}
