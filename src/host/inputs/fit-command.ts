import type { Command } from 'commander';

/** It is about an image and a GPU, and reads no spec; without a GPU or driver, about this machine. */
export interface FitCall {
  readonly command: 'fit';
  readonly image: string;
  readonly gpu?: string | undefined;
  readonly driver?: string | undefined;
  readonly json: boolean;
}

export function fitCommand(command: Command, take: (call: FitCall) => void): void {
  command
    .description('tell whether an image runs on a GPU, from what its registry says of it; nothing is pulled')
    .argument('<image>', 'an image by reference')
    .option('--gpu <name>', 'a GPU, such as "A100 80GB"; without it and --driver, those of this machine')
    .option('--driver <version>', 'the version of its driver, such as 535 or 570.124.06')
    .option('--json', 'one JSON object on stdout, everything else on stderr')
    .action((image: string) => {
      const { gpu, driver, json = false } = command.opts<Partial<Omit<FitCall, 'command' | 'image'>>>();
      take({ command: 'fit', image, gpu, driver, json });
    });
}
