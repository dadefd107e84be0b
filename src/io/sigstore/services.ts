/** Who makes certificates, and who witnesses when something was signed. */
export type SigningServices =
  | { readonly fulcio: string; readonly rekor: string; readonly timestamps?: undefined }
  | { readonly fulcio: string; readonly rekor?: undefined; readonly timestamps: string };

/** Those of everybody, whose log everybody reads. */
const PUBLIC: SigningServices = {
  fulcio: 'https://fulcio.sigstore.dev',
  rekor: 'https://rekor.sigstore.dev',
};

/** GitHub's own for what is not public, as `actions/attest` chooses them: https://github.com/actions/attest#actionsattest */
export function signingServices(visibility: string | undefined, server: string | undefined): SigningServices {
  if (visibility === 'public') return PUBLIC;
  const { hostname } = new URL(server ?? 'https://github.com');
  const host = hostname === 'github.com' ? 'githubapp.com' : hostname;
  return { fulcio: `https://fulcio.${host}`, timestamps: `https://timestamp.${host}` };
}
