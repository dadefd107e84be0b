import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { watchSignals } from '../../src/host/cancellation.ts';
import { createTerminalHost, type TerminalHost } from '../../src/host/terminal.ts';
import { createMasker } from '../../src/log/mask/masker.ts';

interface Asked {
  readonly json?: boolean;
  readonly isTTY?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
}

async function terminal(
  asked: Asked = {},
): Promise<{ host: TerminalHost; out: () => string; err: () => string }> {
  const written = { out: '', err: '' };
  const to = (name: 'out' | 'err') => ({
    isTTY: asked.isTTY ?? false,
    write: (text: string) => {
      written[name] += text;
    },
  });
  const host = createTerminalHost({
    stdout: to('out'),
    stderr: to('err'),
    json: asked.json ?? false,
    env: asked.env ?? {},
    cancelled: new AbortController().signal,
    now: () => 0,
    masker: createMasker(asked.secrets),
  });
  return { host, out: () => written.out, err: () => written.err };
}

const FINDING = {
  level: 'error',
  code: 'x',
  message: 'unknown key "gpus"',
  hint: 'did you mean "gpu"?',
  location: { file: 'jobimg.yml', line: 3, column: 7 },
} as const;

describe('createTerminalHost', () => {
  it('writes plain lines where nobody looks, and findings to stderr', async () => {
    const { host, out, err } = await terminal();

    await host.group('Plan', async () => host.info('base python'));
    host.lines(['epoch 1']);
    host.finding(FINDING);

    expect(out()).toBe('Plan\nbase python\nPlan: 0.0 s\nepoch 1\n');
    expect(err()).toBe('jobimg.yml:3:7: error: unknown key "gpus"\n  → did you mean "gpu"?\n');
  });

  it('lets nobody move the terminal, by a title, an outcome or the name of a file either', async () => {
    const { host, out, err } = await terminal();
    const bad = '\u001b[2J##[error]\u009b2J';

    await host.group(
      `Run (${bad})`,
      async () => undefined,
      () => bad,
    );
    host.finding({ ...FINDING, message: bad, hint: bad, location: { file: bad, line: 1 } });

    expect(['\u001b', '\u009b', '##['].filter((one) => (out() + err()).includes(one))).toEqual([]);
  });

  it('moves a bar in its place where somebody looks, and takes it away before anything else', async () => {
    const { host, out } = await terminal({ isTTY: true });

    host.bar('10%');
    host.bar('x'.repeat(100));
    host.lines([]);
    host.lines(['done', 'and more']);
    host.lines(['next']);

    const wipe = '\r\u001b[K';
    expect(out()).toBe(`${wipe}10%${wipe}${'x'.repeat(79)}${wipe}done\nand more\nnext\n`);
    expect(host.barEvery).toBe(1_000);
  });

  it.each([{}, { isTTY: true, env: { TERM: 'dumb' } }])(
    'writes states as lines elsewhere: %j',
    async (asked) => {
      const { host, out } = await terminal(asked);

      host.bar('10%');
      host.lines(['done']);

      expect(out()).toBe('10%\ndone\n');
      expect(host.barEvery).toBe(10_000);
    },
  );

  it('says of a phase how it ended, where the story has words for it', async () => {
    const { host, out } = await terminal();

    await host.group(
      'Run train',
      async () => 'failed',
      (word, took) => `${word} after ${took}`,
    );

    expect(out()).toBe('Run train\nRun train: failed after 0.0 s\n');
  });

  it('shows what asks for nothing as a line and no more', async () => {
    const { host, err } = await terminal();

    host.finding({ level: 'notice', code: 'left-out', message: 'left out of the code: "a"' });

    expect(err()).toBe('left out of the code: "a"\n');
  });

  it('keeps the lines of an advice that is to be copied', async () => {
    const { host, err } = await terminal();

    host.finding({ ...FINDING, hint: 'write:\n    [tool.x]\n    a = 1' });

    expect(err()).toMatch(/\n {2}→ write:\n {4}\[tool\.x\]\n {4}a = 1\n$/);
  });

  it('leaves stdout to one JSON object', async () => {
    const { host, out, err } = await terminal({ json: true });

    await host.group('Plan', async () => host.info('base python'));
    host.lines(['epoch 1']);

    expect(out()).toBe('');
    expect(err()).toBe('Plan\nbase python\nPlan: 0.0 s\nepoch 1\n');
  });

  it.each([
    [{ isTTY: true }, true],
    [{ isTTY: true, env: { NO_COLOR: '1' } }, false],
    [{ isTTY: true, env: { TERM: 'dumb' } }, false],
    [{ isTTY: false }, false],
  ])('paints with %j: %s', async (asked, painted) => {
    const { host, err } = await terminal(asked);

    host.finding(FINDING);

    expect(err().includes('\u001b[')).toBe(painted);
  });

  it('shows no masked value and no control character in what it quotes', async () => {
    const { host, out, err } = await terminal({ secrets: ['hunter22', 'abc'] });

    host.info('token hunter22 \u001b[31mabc');
    host.finding({ ...FINDING, message: 'no "hunter22"', hint: 'ask hun\u200bter22' });
    await host.group(
      'Run hunter22',
      async () => 'hunter22',
      (word) => word,
    );

    expect(out()).toBe('token *** abc\nRun ***\nRun ***: ***\n');
    expect(err()).toBe('jobimg.yml:3:7: error: no "***"\n  → ask ***\n');
  });

  it('knows how to stop what still runs', async () => {
    const { host } = await terminal();
    const handle = {
      backend: 'docker',
      run: 'train-1',
      name: 'jobimg-train-1',
      hash: 'sha256:ab',
      native: {},
    } as const;

    host.remember(handle);
    expect(host.stopCommands()).toEqual(['jobimg stop train-1']);
    host.remember(handle, ' --defaults /etc/places.yml');
    expect(host.stopCommands()).toEqual(['jobimg stop train-1 --defaults /etc/places.yml']);
    host.forget(handle);

    expect(host.stopCommands()).toEqual([]);
  });
});

describe('watchSignals', () => {
  it('asks to stop at the first signal and leaves at the second', () => {
    const source = new EventEmitter();
    let left = 0;
    const { signal } = watchSignals(source, () => {
      left += 1;
    });

    source.emit('SIGINT');
    expect([signal.aborted, left]).toEqual([true, 0]);
    source.emit('SIGTERM');

    expect(left).toBe(1);
  });

  it('gives the signals back', () => {
    const source = new EventEmitter();

    watchSignals(source, () => undefined).close();

    expect(source.eventNames()).toEqual([]);
  });
});
