import type { KeyObject } from 'node:crypto'
import type { Clock } from '../../kit/clock'
import type { HostMap } from '../../kit/http/host-map'
import type { SharedTokens } from './mini-program/access-token'
import { createHttpSender, type ClientCertificate, type HttpSend } from './http-sender'
import { createQqLogin, createWechatLogin } from './mini-program/login'
import { toV2Party, toV3Party, type ShopAccount } from './parties'
import type { PlatformKeys } from './v3/platform-keys'
import type { BillGateway, LoginGateway, PaymentGateway, RefundGateway, ShippingGateway } from './port'
import { createV2QqProxy, createV3QqProxy } from './qq/qq-proxy'
import { createQqToken } from './qq/qq-token'
import type { QqSender } from './qq/through-qq'
import { createCertificateKeys } from './v3/v3-certificates'
import { createV2Bills } from './v2/v2-bills'
import { createV2Gateway } from './v2/v2-gateway'
import { createV2Refunds } from './v2/v2-refunds'
import { createV2Transport } from './v2/v2-transport'
import { createV3Bills } from './v3/v3-bills'
import { toCombinedMapping } from './v3/v3-combined'
import { toSingleMapping } from './v3/v3-trade-mapping'
import { createV3Gateway } from './v3/v3-gateway'
import { createPublicKeyKeys, type PlatformPublicKey } from './v3/v3-public-key'
import { createV3Refunds } from './v3/v3-refunds'
import { createV3Transport, type V3Transport } from './v3/v3-transport'
import { createWechatShipping } from './mini-program/wechat-shipping'
import { createWechatToken } from './mini-program/wechat-token'

/** Keys of a merchant for V3. */
export interface V3Keys {
  readonly merchantSerialNo: string
  readonly merchantPrivateKey: KeyObject
  readonly apiV3Key: string
  /** Null: platform certificates are downloaded instead. */
  readonly platformPublicKey: PlatformPublicKey | null
}

/** Keys of a merchant for V2. */
export interface V2Keys {
  readonly apiKey: string
  readonly signType: 'MD5' | 'HMAC-SHA256'
  /** Client certificate for refunds. Null: no refunds. */
  readonly certificate: ClientCertificate | null
}

export interface GatewaysOptions {
  readonly hostMap: HostMap
  readonly wechat: ShopAccount & { readonly secret: string }
  readonly keys: { readonly v3: V3Keys } | { readonly v2: V2Keys }
  readonly qq: { readonly appid: string; readonly secret: string } | null
  readonly notifyUrl: string
  readonly clock: Clock
  readonly transportClock: Clock
  readonly timeoutMs: number
  readonly onRefreshFailed: (error: unknown) => void
  readonly tokens: SharedTokens
}

export interface Gateways {
  readonly gateway: PaymentGateway
  readonly refunds: RefundGateway
  readonly bills: BillGateway
  readonly shipping: ShippingGateway
  readonly logins: { readonly wechat: LoginGateway; readonly qq: LoginGateway | null }
  /** Whether messages of WeChat Pay can be verified. Downloads the keys if needed. Never rejects. */
  hasKeys(): Promise<boolean>
  closeConnections(): void
}

/** Every outgoing connection of the shop: WeChat Pay, both sign-ins, QQ's proxy. */
export function createGateways(options: GatewaysOptions): Gateways {
  const { wechat, qq, keys, clock, timeoutMs, notifyUrl } = options
  const { send, close } = createHttpSender(options.hostMap)
  const throughQq = qq && {
    appid: qq.appid,
    token: createQqToken({ ...qq, send, clock, timeoutMs, shared: options.tokens }),
    realNotifyUrl: notifyUrl,
  }
  const pay = 'v3' in keys ? createV3(options, keys.v3, send, throughQq) : createV2(options, keys.v2, send, throughQq)
  return {
    ...pay,
    shipping: createWechatShipping({
      mchid: wechat.mchid,
      send,
      token: createWechatToken({ ...wechat, send, clock, timeoutMs, shared: options.tokens }),
      clock,
      timeoutMs,
    }),
    logins: {
      wechat: createWechatLogin({ send, appid: wechat.appid, secret: wechat.secret, timeoutMs }),
      qq: qq ? createQqLogin({ ...qq, send, timeoutMs }) : null,
    },
    closeConnections: close,
  }
}

type Pay = Pick<Gateways, 'gateway' | 'refunds' | 'bills' | 'hasKeys'>

function createV3(options: GatewaysOptions, own: V3Keys, send: HttpSend, qq: QqSender | null): Pay {
  const { wechat, transportClock, timeoutMs, notifyUrl } = options
  // A circle: the transport verifies with keys that are downloaded through the transport.
  const downloaded: PlatformKeys = { find: (serial) => certificates.find(serial) }
  const { platformPublicKey } = own
  const withPublicKey = (certificates: PlatformKeys): PlatformKeys =>
    platformPublicKey === null ? certificates : createPublicKeyKeys(platformPublicKey, certificates)
  const keys = withPublicKey(downloaded)
  const verifiableSerial = platformPublicKey?.id ?? null
  const party = toV3Party(wechat)
  const mappings = { single: toSingleMapping(party), combined: toCombinedMapping(wechat) }
  const signer = { ...own, appid: wechat.appid, mchid: wechat.mchid, mappings }
  const transport: V3Transport = createV3Transport({
    ...signer,
    send,
    keys,
    verifiableSerial,
    transportClock,
    timeoutMs,
  })
  const certificates = createCertificateKeys({
    sendSigned: transport.sendSigned,
    apiV3Key: own.apiV3Key,
    publicKey: platformPublicKey,
    transportClock,
    onRefreshFailed: options.onRefreshFailed,
  })
  const qqProxy = qq && createV3QqProxy(qq, transport, wechat.mchid)
  return {
    gateway: createV3Gateway({
      ...signer,
      notifyUrl,
      transport,
      keys: withPublicKey(certificates.forNotices),
      transportClock,
      qqProxy,
    }),
    refunds: createV3Refunds({ transport, notifyUrl, party }),
    bills: createV3Bills(transport, party),
    hasKeys: async () => platformPublicKey !== null || certificates.isReady(),
  }
}

function createV2(options: GatewaysOptions, own: V2Keys, http: HttpSend, qq: QqSender | null): Pay {
  const { wechat, transportClock, timeoutMs, notifyUrl } = options
  const signer = { ...own, appid: wechat.appid, party: toV2Party(wechat) }
  const transport = createV2Transport({ ...signer, send: http, timeoutMs })
  const { send } = transport
  const qqProxy = qq && createV2QqProxy(qq, send)
  const refunds = createV2Refunds({ send, notifyUrl, certificate: own.certificate })
  return {
    gateway: createV2Gateway({ ...signer, notifyUrl, send, transportClock, qqProxy, refunds }),
    refunds,
    bills: createV2Bills(transport),
    // V2 signs with the merchant's own key, which is always there.
    hasKeys: async () => true,
  }
}
