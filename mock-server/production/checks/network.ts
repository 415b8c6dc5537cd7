import { fine } from '../finding'
import { widthOf } from './blocks'
import type { Topic } from './check'

const trusted = 'TRUSTED_PROXIES'

export const proxies: Topic = {
  mistakes: [
    {
      about: trusted,
      level: 'grave',
      find: ({ settings: { trustedProxies } }) =>
        widthOf(trustedProxies) > 1
          ? `${trustedProxies.join(', ')}: together wider than a /8, strangers choose the address they pay from`
          : null,
      mend: 'name your proxies only',
    },
    {
      about: trusted,
      level: 'warning',
      find: ({ settings }) => (settings.trustedProxies.length === 0 ? 'nobody’s X-Forwarded-For is believed' : null),
      mend: 'name the proxy that ends TLS; without it H5 payers all seem to come from there',
    },
  ],
  good: ({ settings }) => fine(trusted, settings.trustedProxies.join(', ')),
}

export const cors: Topic = {
  mistakes: [
    {
      about: 'CORS_ORIGINS',
      level: 'grave',
      find: ({ settings: { corsOrigins } }) =>
        corsOrigins
          .filter((origin) => origin.startsWith('http:'))
          .map((origin) => `${origin}: anybody on the way can change its pages, and order with the payer’s session`),
      mend: 'take https, or leave it out',
    },
  ],
}
