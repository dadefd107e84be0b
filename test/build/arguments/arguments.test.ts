import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BuildSettings, renderInvocation } from '../../../src/build/arguments/arguments.ts';
import { buildPlan, buildRequest, ID } from '../requests.ts';

const NOTHING: BuildSettings = {
  cacheFrom: [],
  cacheTo: [],
  hostNetwork: false,
  proxies: new Map(),
  secrets: [],
};

function valuesOf(args: readonly string[], option: string): readonly string[] {
  return args.flatMap((word, index) => (word === option ? [args[index + 1] ?? ''] : []));
}

/** Enough of RFC 4180, as Go's encoding/csv reads one record. */
function readCsv(text: string): readonly string[] {
  const fields = [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)];
  return fields.map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '');
}

describe('renderInvocation', () => {
  it('pushes by the one command line that gives the same digest everywhere', () => {
    const { args, env } = renderInvocation(buildRequest(), NOTHING, '/private/metadata.json');

    expect(args).toEqual([
      'build',
      '--progress=rawjson',
      '--platform',
      'linux/amd64',
      '--provenance=false',
      '--sbom=false',
      '--output',
      'type=image,name=ghcr.io/acme/train,push-by-digest=true,name-canonical=true,push=true,store=false,oci-mediatypes=true,' +
        `compression=zstd,rewrite-timestamp=true,annotation.dev.jobimg.id=${ID}`,
      '--metadata-file',
      '/private/metadata.json',
      '--file',
      '.jobimg/Dockerfile',
      '-',
    ]);
    expect(env).toEqual({ SOURCE_DATE_EPOCH: '1767225600' });
  });

  it('pushes under a tag where that is asked for, and not by digest then', () => {
    const { args } = renderInvocation({ ...buildRequest(), tagged: true }, NOTHING, 'm');

    expect(valuesOf(args, '--output')[0]).toContain(
      'type=image,name=ghcr.io/acme/train:jobimg.tmp,push=true,',
    );
    expect(args.join(' ')).not.toContain('push-by-digest');
  });

  it('loads into the engine with the id as a label, and pushes nothing', () => {
    const request = buildRequest({ to: { kind: 'engine', tag: 'env-0123456789abcdef' } });

    const { args } = renderInvocation(request, NOTHING, 'm');

    expect(args).toContain('--load');
    expect(valuesOf(args, '--tag')).toEqual(['localhost/jobimg:env-0123456789abcdef']);
    expect(valuesOf(args, '--label')).toEqual([`dev.jobimg.id=${ID}`]);
    expect(args.join(' ')).not.toContain('push');
  });

  it('neither reads nor writes a cache of images for files that are thrown away', () => {
    const settings = { ...NOTHING, cacheFrom: ['ghcr.io/acme/cache'], cacheTo: ['ghcr.io/acme/cache'] };
    const request = { ...buildRequest(), to: { kind: 'folder', folder: '/private/files' } } as const;

    expect(renderInvocation(request, settings, 'm').args.join(' ')).not.toContain('cache');
  });

  it('passes on builder, caches, target and the wish for no cache', () => {
    const settings: BuildSettings = {
      ...NOTHING,
      builder: 'remote',
      cacheFrom: ['type=gha'],
      cacheTo: [
        'type=gha,mode=max',
        'ghcr.io/acme/cache',
        'type=inline',
        'type=local,dest=x,ignore-error=false',
      ],
    };

    const { args } = renderInvocation(
      buildRequest({ noCache: true, plan: buildPlan({ target: 'train' }) }),
      settings,
      'm',
    );

    expect(valuesOf(args, '--builder')).toEqual(['remote']);
    expect(valuesOf(args, '--cache-from')).toEqual(['type=gha']);
    expect(valuesOf(args, '--cache-to')).toEqual([
      'type=gha,mode=max,ignore-error=true',
      'type=registry,ref=ghcr.io/acme/cache,ignore-error=true',
      'type=inline',
      'type=local,dest=x,ignore-error=false',
    ]);
    expect(valuesOf(args, '--target')).toEqual(['train']);
    expect(args).toContain('--no-cache');
  });

  it('hands values of build arguments and secrets over in the environment, never in the arguments', () => {
    const settings: BuildSettings = {
      ...NOTHING,
      proxies: new Map([['HTTPS_PROXY', 'http://user:secret@proxy']]),
      secrets: [
        { id: 'jobimg-ca', file: '/private/ca, "x".pem' },
        { id: 'TOKEN', value: 'secret' },
      ],
    };

    const { args, env } = renderInvocation(
      buildRequest({
        plan: buildPlan({
          args: new Map([
            ['B', 'two'],
            ['A', 'one'],
          ]),
        }),
      }),
      settings,
      'm',
    );

    expect(valuesOf(args, '--build-arg')).toEqual(['HTTPS_PROXY', 'A', 'B']);
    expect(valuesOf(args, '--secret')).toEqual([
      'id=jobimg-ca,"src=/private/ca, ""x"".pem"',
      'id=TOKEN,env=JOBIMG_SECRET_1',
    ]);
    expect(args.join(' ')).not.toContain('user:secret');
    expect(env).toEqual({
      A: 'one',
      B: 'two',
      HTTPS_PROXY: 'http://user:secret@proxy',
      JOBIMG_SECRET_1: 'secret',
      SOURCE_DATE_EPOCH: '1767225600',
    });
  });

  it.each([
    'LD_PRELOAD',
    'PATH',
    'HOME',
    'DOCKER_HOST',
    'BUILDX_CONFIG',
    'SOURCE_DATE_EPOCH',
    'http_proxy',
    'GODEBUG',
  ])('never lets a build argument set %s of the child', (name) => {
    const plan = buildPlan({ args: new Map([[name, 'evil']]) });

    const { args, env } = renderInvocation(buildRequest({ plan }), NOTHING, 'm');

    expect(valuesOf(args, '--build-arg')).toEqual([`${name}=evil`]);
    expect(env).toEqual({ SOURCE_DATE_EPOCH: '1767225600' });
  });

  it('gives the whole network only when it is asked for', () => {
    const { args } = renderInvocation(buildRequest(), { ...NOTHING, hostNetwork: true }, 'm');

    expect(valuesOf(args, '--network')).toEqual(['host']);
    expect(valuesOf(args, '--allow')).toEqual(['network.host']);
  });

  it('spells the platform as buildx does', () => {
    const platform = { os: 'linux', architecture: 'arm', variant: 'v7' };

    const { args } = renderInvocation(buildRequest({ plan: buildPlan({ platform }) }), NOTHING, 'm');

    expect(valuesOf(args, '--platform')).toEqual(['linux/arm/v7']);
  });

  it('keeps any annotation whole, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const plan = buildPlan({ annotations: new Map([['a', value]]) });

        const { args } = renderInvocation(buildRequest({ plan }), NOTHING, 'm');

        expect(readCsv(valuesOf(args, '--output')[0] ?? '')).toContain(`annotation.a=${value}`);
      }),
    );
  });
});
