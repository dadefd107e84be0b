import type { Finding } from '../../../errors.ts';

/** Takes what there is to say against a file, so that everything is said at once. */
export type Report = (finding: Finding) => void;
