import { describe, expect, it } from '@jest/globals';
import { converted, planned } from './converted.ts';

const flow = (body: string, head = ''): string => `from metaflow import *
import os
${head}
class F(FlowSpec):
${body}
    @step
    def end(self): ...

if __name__ == '__main__':
    F()
`;

const step = (decorators: string, name = 'start'): string => `
${decorators}
    @step
    def ${name}(self):
        self.next(self.end)
`;

describe('a flow of Metaflow', () => {
  it('has one image with the packages of all steps, and the most that a step asks for', () => {
    const text = flow(
      step(
        "    @conda(libraries={'numpy': '1.26'}, python='3.11')\n    @resources(cpu=8, memory=4000)",
        'a',
      ) +
        step(
          "    @pypi(packages={'torch': '>=2', 'x': '1.2.*'})\n    @batch(gpu=2, memory=9000, shared_memory=64)",
          'b',
        ),
      "@conda_base(packages={'pandas': '2.2'})",
    );

    const { spec } = converted('flows/f.py', text);

    expect(spec).toBe(`run: python flows/f.py run
image:
  python: 3.11
  packages: [metaflow, torch>=2, x==1.2.*]
  conda: [pandas==2.2, numpy==1.26]
gpu: 2
cpu: 8
memory: 9000MB
shm: 64MB
outputs: [.metaflow/]
`);
    expect(planned(spec)).toHaveLength(1);
  });

  it('says which value of two steps is left out', () => {
    const { lines } = converted(
      'f.py',
      flow(
        step("    @pypi(packages={'a': '1'})\n    @kubernetes(image='x:1')", 'a') +
          step("    @pypi(packages={'a': '2'})\n    @kubernetes(image='x:2', queue='q')", 'b'),
      ),
    );

    expect(lines).toContain('12: "b" has a 2, and the image 1: one image is for all steps');
    expect(lines).toContain('13: "b" has the image "x:2", and the job "x:1": one image is for all steps');
    expect(lines).toContain(
      '13: @kubernetes of "b": queue: of the cluster; choose the machine with "runs-on" or "backend"',
    );
  });

  it('passes its parameters on, each with its type', () => {
    const { spec, lines } = converted(
      'f.py',
      flow(`    a = Parameter('a', default=1e-4)
    b = Parameter(name='b', default="x: y")
    c = Parameter('c', type=int, required=True, help='how many')
    d = Parameter('d', default=make())
    e = Parameter('e', type=JSONType, default={'k': [1, None]})
    g = Parameter('g', type=float, default=1)
${step('')}`),
    );

    expect(spec).toContain(
      'run: python f.py run --a {{ a }} --b {{ b }} --c {{ c }} --e {{ e }} --g {{ g }}\n',
    );
    expect(spec).toContain(
      '  a: 1e-4\n  b: "x: y"\n  c:\n    type: int\n    required: true\n    description: how many\n',
    );
    expect(spec).toContain(`  e: '{"k": [1, null]}'\n`);
    expect(lines).toContain(
      '8: parameter "d": Python computes its default, which stays; add "d" to "params" and `--d {{ d }}` to "run" to give it',
    );
  });

  it('guesses no value that Python computes', () => {
    const { spec, lines } = converted(
      'f.py',
      flow(
        step("    @kubernetes(image=f'a/{TAG}', memory=2 * GB, cpu=2 * 4)"),
        "GB = 1000\nTAG = os.environ['TAG']",
      ),
    );

    expect(spec).not.toContain('base:');
    expect(spec).toContain('memory: 2000MB\n');
    expect(spec).toContain('cpu: 8\n');
    expect(lines.some((line) => line.includes(`image: Python computes the value "f'a/{TAG}'"`))).toBe(true);
  });

  it('takes variables of the caller as such, and keeps secrets by name', () => {
    const { spec } = converted(
      'f.py',
      flow(step("    @environment(vars={'A': '1', 'B': os.environ['B'], 'API_KEY': os.getenv('API_KEY')})")),
    );

    expect(spec).toContain('env:\n  A: "1"\n  B: null\nsecrets: [API_KEY]\n');
  });

  it('counts a timeout as often as a step is tried', () => {
    const { spec } = converted('f.py', flow(step('    @retry(times=2)\n    @timeout(minutes=10)')));

    expect(spec).toContain('timeout: 30m\n');
  });

  it('is read with the command line that starts it', () => {
    const words = ['python', 'f.py', 'run', '--with', 'kubernetes:gpu=1,image=a:1', '--a', '2'];

    const { spec, lines } = converted('f.py', flow(`    a = Parameter('a', default=1)\n${step('')}`), words);

    expect(spec).toContain('  a: 2\n');
    expect(spec).toContain('  base: a:1\n');
    expect(spec).toContain('gpu: 1\n');
    expect(lines.filter((line) => line.includes('remove'))).toEqual([]);
  });

  it('keeps what works inside the job of the command line, and tells the rest', () => {
    const start = ['python', 'f.py', '--quiet', 'run', '--with', 'retry:times=1'];
    const { spec, lines } = converted('f.py', flow(step('')), [...start, '--max-workers', '1']);
    const resumed = converted('f.py', flow(step('')), ['python', 'f.py', 'resume', 'start']);

    expect(spec).toContain("run: python f.py run --with 'retry:times=1'\n");
    expect(lines.join('\n')).toContain('--max-workers 1: no parameter of the flow has this name');
    expect(resumed.lines.join('\n')).toContain('"resume": a job runs the flow, from its first step');
  });

  it('is not there in a file that only imports FlowSpec', () => {
    expect(() => converted('f.py', 'from metaflow import FlowSpec\n')).toThrow('no flow stands in "f.py"');
  });

  it('goes on behind a mistake, and tells it', () => {
    const { spec, lines } = converted('f.py', `${flow(step('    @resources(gpu=1)'))}\nx = = 1\n`);

    expect(spec).toContain('gpu: 1\n');
    expect(lines).toContain('17: this is no Python that can be read: what stands near may be missing');
  });
});
