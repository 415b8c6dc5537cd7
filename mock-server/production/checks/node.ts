import type { Mistake, Surroundings } from './check'

/** What Node itself is told by the environment. @see https://nodejs.org/api/cli.html#environment-variables */

const options = ({ environment }: Surroundings): string => environment['NODE_OPTIONS'] ?? ''

export const nodeMistakes: readonly Mistake<Surroundings>[] = [
  {
    about: 'NODE_TLS_REJECT_UNAUTHORIZED',
    level: 'grave',
    find: ({ environment }) =>
      environment['NODE_TLS_REJECT_UNAUTHORIZED'] === '0'
        ? 'no certificate is verified: anybody on the way can be WeChat Pay'
        : null,
    mend: 'unset it; an authority of your own belongs in NODE_EXTRA_CA_CERTS',
  },
  {
    about: 'NODE_OPTIONS',
    level: 'grave',
    find: (examined) =>
      /(^|\s)["']?--(inspect|debug)(?!-port|-publish-uid)\b/.test(options(examined))
        ? '--inspect lets a debugger read every key'
        : null,
    mend: 'unset NODE_OPTIONS',
  },
  {
    about: 'NODE_OPTIONS',
    level: 'grave',
    find: (examined) => (/--tls-keylog\b/.test(options(examined)) ? '--tls-keylog writes down what opens TLS' : null),
    mend: 'unset NODE_OPTIONS',
  },
  {
    about: 'NODE_OPTIONS',
    level: 'grave',
    find: (examined) =>
      /--insecure-http-parser\b/.test(options(examined))
        ? '--insecure-http-parser lets a stranger’s request look like two'
        : null,
    mend: 'unset NODE_OPTIONS',
  },
  {
    about: 'NODE_DEBUG',
    level: 'grave',
    find: ({ environment }) =>
      /\b(http|https|net|tls|stream|undici|fetch)\b|\*/i.test(environment['NODE_DEBUG'] ?? '')
        ? 'requests are written to the log with their keys and names'
        : null,
    mend: 'unset NODE_DEBUG',
  },
  {
    about: 'NODE_EXTRA_CA_CERTS',
    level: 'warning',
    find: ({ environment }) =>
      (environment['NODE_EXTRA_CA_CERTS'] ?? '') === '' ? null : 'another authority can vouch for WeChat Pay',
    mend: 'unset it, unless a proxy of your own needs it; for the database take sslrootcert in DATABASE_URL',
  },
]
