import { createHostMap } from '../../mock-server/kit/http/host-map'
import {
  createAppIdentity,
  createMerchantIdentity,
  createPlatformIdentity,
  type KeyMode,
} from '../../mock-server/simulator/wechat/identity'
import { createWechatSimulator, type WechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'
import { createNoticeReceiver, type NoticeReceiver, type ReceivedNotice } from '../simulator/support/notice-receiver'
import { createAxiosV2 } from './axios-v2'
import { createEasywechat, createEasywechatV2 } from './easywechat'
import { createNodeV3 } from './node-v3'
import { strikeOnce, type OutsideSdk } from './outside-sdk'
import { createTenpay } from './tenpay'
import { createAxiosV3 } from './axios-v3'

/** A simulator that accepts everything would pass every other test: each SDK has to refuse what is forged. */
interface Outsider {
  readonly name: string
  readonly mode: KeyMode
  connect(wechat: WechatSimulator): OutsideSdk | Promise<OutsideSdk>
  /** What it says of a notification whose signature is wrong. */
  readonly refusesSignature: RegExp
  /** What it says of one whose ciphertext was changed; null: it reads what is left of it. */
  readonly refusesCiphertext: RegExp | null
  /** What it says of an answer whose signature is wrong; null: it never looks at an answer's signature. */
  readonly refusesAnswer: RegExp | null
}

const badTag = /unable to authenticate data/i

const outsiders: readonly Outsider[] = [
  {
    name: 'wechatpay-axios-plugin, V3 with certificates',
    mode: 'certificate',
    connect: createAxiosV3,
    refusesSignature: /does not verify/,
    refusesCiphertext: badTag,
    refusesAnswer: /EV3_RES_HEADER_SIGNATURE_DIGEST/,
  },
  {
    name: 'wechatpay-axios-plugin, V3 with the public key',
    mode: 'public_key',
    connect: createAxiosV3,
    refusesSignature: /does not verify/,
    refusesCiphertext: badTag,
    refusesAnswer: /EV3_RES_HEADER_SIGNATURE_DIGEST/,
  },
  {
    name: 'wechatpay-axios-plugin, V2',
    mode: 'certificate',
    connect: createAxiosV2,
    refusesSignature: /does not verify/,
    // V2 encrypts without a tag, and the plugin reads XML that is none.
    refusesCiphertext: null,
    refusesAnswer: /EV2_RES_SIGNATURE_NOT_EQUAL/,
  },
  {
    name: 'wechatpay-node-v3',
    mode: 'certificate',
    connect: createNodeV3,
    refusesSignature: /does not verify/,
    // It decrypts without the last step, which is the one that looks at the tag.
    refusesCiphertext: null,
    refusesAnswer: null,
  },
  {
    name: 'node-easywechat, V3 with certificates',
    mode: 'certificate',
    connect: (wechat) => createEasywechat(wechat, 'certificate'),
    refusesSignature: /Invalid Signature/,
    refusesCiphertext: /Failed to decrypt/,
    refusesAnswer: null,
  },
  {
    name: 'node-easywechat, V3 with the public key',
    mode: 'public_key',
    connect: (wechat) => createEasywechat(wechat, 'public_key'),
    refusesSignature: /Invalid Signature/,
    refusesCiphertext: /Failed to decrypt/,
    refusesAnswer: null,
  },
  {
    name: 'node-easywechat, V2',
    mode: 'certificate',
    connect: createEasywechatV2,
    refusesSignature: /Invalid Signature/,
    // V2 encrypts without a tag: what is left is no XML.
    refusesCiphertext: /\nLine: \d+\n/,
    refusesAnswer: null,
  },
  {
    name: 'tenpay, V2',
    mode: 'certificate',
    connect: createTenpay,
    refusesSignature: /sign签名错误/,
    refusesCiphertext: /XMLDataError/,
    refusesAnswer: /sign签名错误/,
  },
]

describe.each(outsiders)('$name', ({ mode, connect, refusesSignature, refusesCiphertext, refusesAnswer }) => {
  let wechat: WechatSimulator
  let receiver: NoticeReceiver
  let sdk: OutsideSdk
  let numbers = 0

  beforeAll(async () => {
    const app = createAppIdentity()
    receiver = await createNoticeReceiver()
    // V2 acknowledges in XML; V3 looks at the status only.
    receiver.answerWith((response) => response.end('<xml><return_code>SUCCESS</return_code></xml>'))
    wechat = await createWechatSimulator({
      hostMap: createHostMap({ 'https://shop.example': receiver.url }),
      apps: [app],
      merchants: [await createMerchantIdentity({ appids: [app.appid], keyMode: mode })],
      platform: await createPlatformIdentity(),
    })
    sdk = await connect(wechat)
  })
  afterAll(async () => {
    await wechat.close()
    await receiver.close()
  })

  const newNumber = (): string => `outsider-${(numbers += 1)}`

  /** Orders and pays. @returns the notification */
  async function noticeOf(outTradeNo: string): Promise<ReceivedNotice> {
    await sdk.order(outTradeNo)
    await wechat.pay(wechat.merchants[0]!.mchid, outTradeNo)
    await wechat.settled()
    return receiver.received.at(-1)!
  }

  /** What the SDK decrypts: V3's payments, V2's refunds. */
  async function encryptedNoticeOf(outTradeNo: string, spoil: () => Promise<void>): Promise<ReceivedNotice> {
    if (sdk.refund === undefined) {
      await spoil()
      return noticeOf(outTradeNo)
    }
    await noticeOf(outTradeNo)
    await spoil()
    await sdk.refund(outTradeNo, `r-${outTradeNo}`)
    await wechat.advance(3)
    return receiver.received.at(-1)!
  }

  it('believes what is genuine', async () => {
    const number = newNumber()
    expect(await sdk.open(await noticeOf(number))).toMatchObject({ out_trade_no: number })
    const another = newNumber()
    const encrypted = await encryptedNoticeOf(another, () => Promise.resolve())
    expect(await sdk.open(encrypted)).toMatchObject({ out_trade_no: another })
  })

  it('refuses a notification whose signature is wrong', async () => {
    await strikeOnce(wechat, 'wrong-signature')
    const notice = await noticeOf(newNumber())
    await expect(async () => sdk.open(notice)).rejects.toThrow(refusesSignature)
  })

  it(`${refusesCiphertext ? 'refuses' : 'reads'} a notification whose ciphertext was changed`, async () => {
    const notice = await encryptedNoticeOf(newNumber(), () => strikeOnce(wechat, 'corrupt-ciphertext'))
    const opened = async (): Promise<unknown> => sdk.open(notice)
    if (refusesCiphertext) await expect(opened).rejects.toThrow(refusesCiphertext)
    else expect(await opened()).toBeDefined()
  })

  it(`${refusesAnswer ? 'refuses' : 'believes'} an answer whose signature is wrong`, async () => {
    await strikeOnce(wechat, 'api-wrong-signature')
    const asked = sdk.order(newNumber()).then(
      () => 'believed',
      (error: unknown) => `${String((error as { code?: unknown }).code)} ${String(error)}`,
    )
    expect(await asked).toMatch(refusesAnswer ?? /^believed$/)
    await sdk.order(newNumber())
  })
})
