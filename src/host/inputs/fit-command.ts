/** It is about an image and a GPU, and reads no spec; without a GPU or driver, about this machine. */
export interface FitCall {
  readonly command: 'fit';
  readonly image: string;
  readonly gpu?: string | undefined;
  readonly driver?: string | undefined;
  readonly measure?: boolean | undefined;
  readonly data?: string | undefined;
  readonly json: boolean;
}

export type FitOptions = Partial<Omit<FitCall, 'command' | 'image'>>;

export function fitCall(image: string, { gpu, driver, measure, data, json = false }: FitOptions): FitCall {
  return { command: 'fit', image, gpu, driver, measure, data, json };
}
