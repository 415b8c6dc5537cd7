import type { IncomingHttpHeaders } from 'node:http'
import * as plugin from 'wechatpay-axios-plugin'
import type { WechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'
import type { MerchantIdentity } from '../../mock-server/simulator/wechat/identity'
import { v3Order, type OutsideSdk } from './outside-sdk'

/**
 * wechatpay-axios-plugin as an outside witness: it signs, verifies and decrypts with code that we did not write. Its own
 * types lose the statics of its classes, so what the tests use is written down here.
 */
interface AxiosAnswer {
  readonly status: number
  readonly data: unknown
  readonly headers: Readonly<Record<string, string>>
}

interface Endpoint {
  get(config?: object): Promise<AxiosAnswer>
  post(data: object, config?: object): Promise<AxiosAnswer>
}

interface Chain extends Endpoint {
  chain(path: string): Chain
}

interface Plugin {
  readonly Wechatpay: new (config: object) => Chain & {
    readonly client: { readonly v3: { readonly defaults: { readonly transformResponse: readonly unknown[] } } }
  }
  readonly Aes: {
    readonly AesGcm: { decrypt(ciphertext: string, key: string, nonce: string, associatedData: string): string }
  }
  readonly Rsa: { verify(message: string, signature: string, publicKey: unknown): boolean; from(pem: string): unknown }
  readonly Formatter: {
    response(timestamp: string, nonce: string, body: string): string
    castCsvBill(bytes: Buffer): { rows: Record<string, string>[]; summary: Record<string, string> }
  }
}

const { Wechatpay, Aes, Rsa, Formatter } = plugin as unknown as Plugin

/** Reads the file of a bill with the plugin's own code. */
export const castCsvBill = (bytes: Buffer) => Formatter.castCsvBill(bytes)

export interface Witness {
  /** Any path of the V3 API, signed and verified by the plugin. */
  at(path: string): Endpoint
  /** Fetches, decrypts and from then on trusts the platform certificates, as the plugin's own downloader does. */
  learnCertificates(): Promise<readonly string[]>
  /** Verifies a notification and answers its plaintext. @throws when the signature is wrong */
  open(headers: IncomingHttpHeaders, body: string): unknown
}

/**
 * The documented way of pointing the plugin elsewhere is its `baseURL`.
 * @param publicKey of WeChat Pay, for a merchant in public-key mode
 */
export function createWitness(baseURL: string, merchant: MerchantIdentity, publicKey?: string): Witness {
  // The plugin keeps this very object and looks serials up at each answer.
  const certs: Record<string, unknown> = { none: undefined }
  if (publicKey !== undefined) certs[merchant.publicKeyId] = publicKey
  let client = connect()

  function connect(): InstanceType<Plugin['Wechatpay']> {
    const { mchid, serial, privateKey } = merchant
    return new Wechatpay({ baseURL, mchid, serial, privateKey, certs })
  }

  interface CertificateEntry {
    readonly serial_no: string
    readonly encrypt_certificate: {
      readonly nonce: string
      readonly associated_data: string
      readonly ciphertext: string
    }
  }

  return {
    at: (path) => client.chain(path),
    async learnCertificates() {
      const downloads = new Wechatpay({ baseURL, ...signingParts(merchant), certs })
      const learn = (text: string): string => {
        const { data } = JSON.parse(text) as { data: CertificateEntry[] }
        for (const { serial_no, encrypt_certificate } of data) {
          const { ciphertext, nonce, associated_data } = encrypt_certificate
          certs[serial_no] = Aes.AesGcm.decrypt(ciphertext, merchant.apiV3Key, nonce, associated_data)
        }
        return text
      }
      await downloads.chain('v3/certificates').get({ transformResponse: [learn] })
      client = connect()
      // Once more, now verified with what was learnt.
      await client.chain('v3/certificates').get()
      return Object.keys(certs).filter((serial) => serial !== 'none')
    },
    open(headers, body) {
      const header = (name: string): string => String(headers[`wechatpay-${name}`])
      const message = Formatter.response(header('timestamp'), header('nonce'), body)
      const certificate = certs[header('serial')]
      if (certificate === undefined) throw new Error(`The notification names the unknown serial ${header('serial')}.`)
      if (!Rsa.verify(message, header('signature'), certificate)) throw new Error('The notification does not verify.')
      const { resource } = JSON.parse(body) as {
        resource: { ciphertext: string; nonce: string; associated_data: string }
      }
      return JSON.parse(
        Aes.AesGcm.decrypt(resource.ciphertext, merchant.apiV3Key, resource.nonce, resource.associated_data),
      ) as unknown
    },
  }
}

function signingParts({ mchid, serial, privateKey }: MerchantIdentity): object {
  return { mchid, serial, privateKey }
}

/** The plugin in V3, as the merchant's key mode has it. */
export async function createAxiosV3(wechat: WechatSimulator): Promise<OutsideSdk> {
  const merchant = wechat.merchants[0]!
  const isKeyMode = merchant.keyMode === 'public_key'
  const witness = createWitness(wechat.url, merchant, isKeyMode ? merchant.publicKey : undefined)
  if (!isKeyMode) await witness.learnCertificates()
  return {
    order: async (outTradeNo) => witness.at('v3/pay/transactions/jsapi').post(await v3Order(wechat, outTradeNo)),
    open: ({ headers, body }) =>
      Promise.resolve(witness.open(headers, body.toString('utf8')) as Record<string, unknown>),
  }
}
