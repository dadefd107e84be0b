// What a daemon inherits: how to reach the network, and nothing else. The rest
// of the environment (tokens of a CI job, say) is none of its business.
const INHERITED = /^(HOME|LANG|TMPDIR|SSL_CERT_(FILE|DIR)|(https?|no|all)_proxy)$/i;

export function daemonEnv(own: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const inherited = Object.entries(process.env).filter(([name]) => INHERITED.test(name));
  return { HOME: '/root', ...Object.fromEntries(inherited), ...own };
}
