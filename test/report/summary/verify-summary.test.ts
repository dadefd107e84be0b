import { expect, it } from '@jest/globals';
import type { Digest } from '../../../src/oci/types.ts';
import { renderVerified } from '../../../src/report/summary/verify-summary.ts';

const [ONE, TWO] = ['1', '2'].map((digit) => `sha256:${digit.repeat(64)}` as Digest) as [Digest, Digest];

it('tells the verdict, what differs, and both digests', () => {
  const finding = { level: 'error', code: 'x', message: '/app/a.txt differs' } as const;
  const different = {
    tag: 'env-1',
    published: ONE,
    rebuilt: TWO,
    verdict: 'different',
    findings: [finding],
  } as const;
  const same = { tag: 'train-2', published: TWO, rebuilt: TWO, verdict: 'same', findings: [] } as const;

  expect(
    renderVerified({ images: [different, same], findings: [finding] }),
  ).toBe(`## jobimg verify: ❌ different

| image | platform | rebuilt |
| --- | --- | --- |
| <code>env&#45;1</code> |  | ❌ different |
| <code>train&#45;2</code> |  | ✅ the same, bit for bit |

|  | where | what | what to do |
| --- | --- | --- | --- |
| error |  | /app/a\\.txt differs |  |

<details><summary>Digests</summary>

\`\`\`text
env-1
  published ${ONE}
  rebuilt   ${TWO}
train-2
  published ${TWO}
  rebuilt   ${TWO}
\`\`\`

</details>
`);
});
