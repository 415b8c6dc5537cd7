import { existsSync } from 'node:fs'
import path from 'node:path'
import { simulatedKeyPrefix, simulatedUnit } from '../../kit/simulated'
import { fine } from '../finding'
import { simulatorVariables, type VariableName } from '../variables'
import { readPem } from './certificate'
import type { Examined, Mistake, Surroundings, Topic } from './check'

/** Addresses, numbers and keys of the simulators: a shop that has one of them takes no real money. */

export const simulatorAddresses: readonly Mistake<Surroundings>[] = simulatorVariables.map((name) => ({
  about: name,
  level: 'grave',
  find: ({ environment }) => ((environment[name] ?? '') === '' ? null : 'the address of a simulator is set'),
  mend: 'start from a fresh shell; sdk.env is for the simulators',
}))

const takeReal = 'take the one from the merchant console'
const isMarked = (key: string | undefined): boolean => key?.startsWith(simulatedKeyPrefix) ?? false

/** What can be compared with the data folders of the simulators on this machine. */
const known: readonly (readonly [VariableName, (examined: Examined) => string | undefined, string])[] = [
  ['APPID', ({ settings }) => settings.wechat.appid, 'take the one from WeChat’s console'],
  ['APP_SECRET', ({ settings }) => settings.wechat.secret, 'take the one from WeChat’s console'],
  ['MCHID', ({ settings }) => settings.wechat.mchid, 'take your own'],
  ['MERCHANT_KEY', privatePem, 'take apiclient_key.pem'],
  ['QQ_APPID', ({ settings }) => settings.qq?.appid, 'take the one from q.qq.com'],
  ['QQ_SECRET', ({ settings }) => settings.qq?.secret, 'take the one from q.qq.com'],
  ['OPERATOR_TOKEN', ({ settings }) => settings.operatorToken, 'openssl rand -hex 32'],
  ['PLATFORM_PUBKEY_ID', ({ settings }) => settings.wechat.v3?.platformPublicKey?.id, takeReal],
  ['PLATFORM_PUBKEY_FILE', platformPem, 'take pub_key.pem from the console'],
]

function platformPem({ settings }: Examined): string | undefined {
  return settings.wechat.v3?.platformPublicKey?.key.export({ type: 'spki', format: 'pem' }).toString()
}

function privatePem({ settings }: Examined): string | undefined {
  return settings.merchantKey?.export({ type: 'pkcs8', format: 'pem' }).toString()
}

const keyFolder = ({ settings: { merchantKeyFile: file } }: Examined): string | null =>
  file === null ? null : path.dirname(file)

export const simulators: Topic = {
  mistakes: [
    ...simulatorAddresses,
    {
      about: 'APIV3_KEY',
      level: 'grave',
      find: ({ settings: { wechat } }) => (isMarked(wechat.v3?.apiV3Key) ? 'this is a key of the simulators' : null),
      mend: takeReal,
    },
    {
      about: 'API_KEY',
      level: 'grave',
      find: ({ settings: { wechat } }) => (isMarked(wechat.v2?.apiKey) ? 'this is a key of the simulators' : null),
      mend: takeReal,
    },
    {
      about: 'MERCHANT_CERT_FILE',
      level: 'grave',
      find({ settings: { merchantCertificate: pem } }) {
        const isTheirs = pem !== null && readPem(pem)?.subject.includes(simulatedUnit)
        return isTheirs ? 'this certificate was made by the simulators' : null
      },
      mend: 'take your own',
    },
    {
      about: 'MERCHANT_KEY',
      level: 'grave',
      find(examined) {
        const folder = keyFolder(examined)
        const isTheirs = folder !== null && existsSync(path.join(folder, 'installation.json'))
        return isTheirs ? `${folder} is the simulators’ data folder` : null
      },
      mend: 'keep real keys somewhere else',
    },
    ...known.map(([about, textOf, mend]): Mistake => ({
      about,
      level: 'grave',
      find: (examined) => (examined.simulated.has(textOf(examined) ?? '') ? 'this belongs to the simulators' : null),
      mend,
    })),
  ],
  good: () => fine('simulators', 'no address and no key of theirs'),
}
