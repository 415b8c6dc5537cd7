import { fine } from '../finding'
import { readSecrets } from '../read-variables'
import type { VariableName } from '../variables'
import type { Examined, Mistake, Topic } from './check'
import { readConnection } from '../connection'
import { isGuessable } from './strength'

/** Secrets by themselves, and against each other. Messages name variables, never a text. */

const bytesOf = (hookSecret: string): string =>
  Buffer.from(hookSecret.slice('whsec_'.length), 'base64').toString('latin1')

const guessable = 'it counts, repeats itself or says a word: it can be guessed'

/** Those that people choose themselves, with what draws a good one. */
const chosen: readonly (readonly [VariableName, (examined: Examined) => string | undefined, string])[] = [
  ['APIV3_KEY', ({ settings }) => settings.wechat.v3?.apiV3Key, 'openssl rand -hex 16, and set it in the console'],
  ['API_KEY', ({ settings }) => settings.wechat.v2?.apiKey, 'openssl rand -hex 16, and set it in the console'],
  ['OPERATOR_TOKEN', ({ settings }) => settings.operatorToken, 'openssl rand -hex 32'],
  [
    'OWNER_HOOK_SECRET',
    ({ settings: { ownerHook } }) => (ownerHook === null ? undefined : bytesOf(ownerHook.secret)),
    'echo whsec_$(openssl rand -base64 32), and give it to your server',
  ],
]

const weakSecrets = chosen.map(([about, textOf, mend]): Mistake => ({
  about,
  level: 'grave',
  find(examined) {
    const text = textOf(examined)
    return text !== undefined && isGuessable(text) ? guessable : null
  },
  mend,
}))

/** All secrets that are short texts, also those of the other API: a key that leaks must open one door only. */
const compared = [
  'APP_SECRET',
  'APIV3_KEY',
  'API_KEY',
  'QQ_SECRET',
  'OPERATOR_TOKEN',
  'OWNER_HOOK_SECRET',
] as const satisfies readonly VariableName[]

function formsOf(name: string, text: string): readonly string[] {
  return name === 'OWNER_HOOK_SECRET' ? [text, bytesOf(text), text.slice('whsec_'.length)] : [text]
}

/** The secrets that stand before this one and are the same text. */
function findSame(about: (typeof compared)[number], { environment }: Examined): string | null {
  const texts = readSecrets(environment)
  const own = formsOf(about, texts.get(about) ?? '').filter((form) => form !== '')
  const same = compared.slice(0, compared.indexOf(about)).filter((other) => {
    const text = texts.get(other)
    return text !== undefined && own.includes(text)
  })
  return same.length === 0 ? null : `it is the same as ${same.join(' and ')}: who learns one has both`
}

const sameSecrets = compared.slice(1).map((about): Mistake => ({
  about,
  level: 'grave',
  find: (examined) => findSame(about, examined),
  mend: 'give each its own; a generator makes them',
}))

const databasePassword: Mistake = {
  about: 'DATABASE_URL',
  level: 'grave',
  find({ settings: { store }, environment }) {
    if ('dataFile' in store) return null
    const { password } = readConnection(store.databaseUrl)
    const texts = readSecrets(environment)
    const same = compared.filter((name) => password !== '' && texts.get(name) === password)
    return same.length === 0 ? null : `its password is the same as ${same.join(' and ')}`
  },
  mend: 'give the database a password of its own',
}

export const secrets: Topic = {
  mistakes: [...weakSecrets, ...sameSecrets, databasePassword],
  good: () => fine('secrets', 'none can be guessed, no two are the same'),
}
