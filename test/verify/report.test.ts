import { describe, expect, it } from '@jest/globals';
import { causeOf, type Symptom } from '../../src/verify/cause.ts';
import type { Difference } from '../../src/verify/difference.ts';
import { reportConfig, reportLayer, reportPacking } from '../../src/verify/report.ts';
import { verdictOf } from '../../src/verify/verified.ts';

function difference(place: string, attribute = 'content'): Difference {
  return { place, attribute, published: 'one', rebuilt: 'two' };
}

describe('the cause of a difference', () => {
  it.each<readonly [Partial<Symptom> & { readonly place: string }, string]>([
    [{ place: 'layer 3', attribute: 'packing' }, 'compression: zstd'],
    [{ place: 'manifest', attribute: 'media type' }, 'BuildKit 0.15'],
    [{ place: 'created', attribute: 'value' }, 'SOURCE_DATE_EPOCH'],
    [{ place: '/var/log/apt/term.log' }, '--mount=type=tmpfs,target=/var/log'],
    [{ place: '/var/cache/debconf/config.dat' }, 'target=/var/cache'],
    [{ place: '/etc/machine-id' }, 'remove it in the step'],
    [{ place: '/etc/ssh/ssh_host_rsa_key' }, 'remove it in the step'],
    [{ place: '/etc/shadow' }, 'ARG SOURCE_DATE_EPOCH'],
    [{ place: '/etc/passwd-' }, 'remove it in the step'],
    [{ place: '/opt/venv/lib/a.pyc' }, '--no-compile'],
    [{ place: '/opt/venv/lib/_c.cpython-313-x86_64-linux-gnu.so' }, 'has a wheel'],
    [{ place: '/opt/conda/conda-meta/history' }, 'remove it in the step'],
    [
      {
        place: '/opt/conda/lib/libz.so.1',
        createdBy: 'RUN /tmp/jobimg-conda/bin/python /tmp/jobimg-conda/conda.py',
      },
      'commit a conda-lock.yml',
    ],
    [{ place: '/opt/venv/lib/a.dist-info/direct_url.json' }, 'from the same place'],
    [{ place: '/usr/share/doc/a/changelog.gz' }, 'gzip --no-name'],
    [
      { place: '/opt/venv/a-2.dist-info', attribute: 'presence', createdBy: 'RUN pip install a' },
      'pin versions',
    ],
    [{ place: '/usr/bin/git', createdBy: 'RUN apt-get install -y git' }, 'pin versions'],
    [{ place: '/data/a', attribute: 'time' }, 'touch --date'],
    [{ place: '/data/a', attribute: 'mode' }, 'chmod'],
    [{ place: '/data/a', attribute: 'order' }, 'jobimg build'],
    [{ place: '/data/a' }, 'pin what it downloads'],
  ])('%j has the remedy "%s"', (symptom, remedy) => {
    expect(causeOf({ ...difference(symptom.place), ...symptom }).remedy).toContain(remedy);
  });
});

describe('the report', () => {
  it('names the layer, the file, and what helps; files of one cause together', () => {
    const findings = reportLayer('env-1', { index: 4, createdBy: 'RUN   make\n  all' }, [
      difference('/var/log/a'),
      difference('/var/log/b'),
      difference('/etc/shadow'),
    ]);

    expect(findings).toEqual([
      {
        level: 'error',
        code: 'image-differs',
        message:
          'env-1: layer 5 (RUN make all): /var/log/a: content was one, and is two now, and 1 more like it',
        hint: expect.stringMatching(/^logs and caches of a package manager: /),
      },
      {
        level: 'error',
        code: 'image-differs',
        message: 'env-1: layer 5 (RUN make all): /etc/shadow: content was one, and is two now',
        hint: expect.stringMatching(/useradd/),
      },
    ]);
  });

  it('trusts no code layer that is not what the commit gives', () => {
    const [finding] = reportLayer('train-1', { index: 1, createdBy: 'jobimg code layer /workspace' }, [
      difference('/workspace/train.py', 'mode'),
    ]);

    expect(finding?.hint).toMatch(/it was changed afterwards: do not trust this image/);
  });

  it('has a word for a layer whose entries are all the same', () => {
    const [finding] = reportLayer('env-1', { index: 0, createdBy: '' }, []);

    expect(finding?.message).toBe('env-1: layer 1 differs, and every entry of it is the same');
  });

  it('warns of another packing, and fails for another config', () => {
    expect(reportPacking('env-1', [difference('layer 1', 'packing')])).toMatchObject({ level: 'warning' });
    expect(reportPacking('env-1', [])).toMatchObject({ level: 'warning' });
    expect(reportConfig('env-1', [difference('config.User', 'value')])).toMatchObject([{ level: 'error' }]);
    expect(reportConfig('env-1', [])).toEqual([]);
  });
});

describe('the verdict', () => {
  const image = { tag: 't', published: 'sha256:a', rebuilt: 'sha256:b', findings: [] } as const;

  it.each([
    [[], 'same'],
    [['same', 'packing'], 'packing'],
    [['packing', 'different', 'same'], 'different'],
  ] as const)('of %j is %s', (verdicts, worst) => {
    expect(verdictOf({ images: verdicts.map((verdict) => ({ ...image, verdict })) })).toBe(worst);
  });
});
