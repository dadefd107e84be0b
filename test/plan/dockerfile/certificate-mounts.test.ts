import { describe, expect, it } from '@jest/globals';
import { withCertificateMounts } from '../../../src/plan/dockerfile/certificate-mounts.ts';
import { readDockerfile } from '../../../src/recipe/dockerfile/read.ts';

function runsOf(text: string): readonly (readonly string[])[] {
  const runs = readDockerfile(withCertificateMounts(text), 'Dockerfile').filter(
    ({ keyword }) => keyword === 'RUN',
  );
  return runs.map(({ flags }) => flags.map((flag) => flag.text));
}

const FILE = '--mount=type=secret,id=jobimg-ca,target=/run/jobimg/ca.pem,mode=0444';

describe('the machine’s certificates in an own Dockerfile', () => {
  it('are mounted for each RUN, and named to the tools', () => {
    const [flags = []] = runsOf('FROM a:1\nRUN pip install six\n');

    expect(flags[0]).toBe(FILE);
    expect(flags).toContain('--mount=type=secret,id=jobimg-ca-path,env=PIP_CERT');
    expect(flags).toContain('--mount=type=secret,id=jobimg-ca-path,env=SSL_CERT_FILE');
  });

  it('leave everything else as it is, the lines too', () => {
    const text =
      'FROM a:1\n  run --network=none \\\n  make\nCOPY a /\nRUN <<EOF\nRUN x\nEOF\nONBUILD RUN y\nRUN ["a", "b"]\n';

    const mounted = withCertificateMounts(text);

    expect(mounted.replaceAll(/ --mount=type=secret,id=jobimg-ca\S*/g, '')).toBe(text);
    expect(mounted.match(/jobimg-ca,/g)).toHaveLength(3);
  });

  it('do not stand in the way of what the Dockerfile says itself', () => {
    const [flags = []] = runsOf('FROM a:1\nENV PIP_CERT=/own.pem\nRUN pip install six\n');

    expect(flags.some((flag) => flag.includes('env=PIP_CERT'))).toBe(false);
    expect(flags.some((flag) => flag.includes('env=CURL_CA_BUNDLE'))).toBe(true);
  });

  it('are in steps of ours already', () => {
    expect(runsOf(`FROM a:1\nRUN ${FILE} make\n`)).toEqual([[FILE]]);
  });
});
