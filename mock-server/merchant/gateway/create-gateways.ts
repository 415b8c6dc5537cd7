import type { KeyObject } from 'node:crypto'
import type { Clock } from '../../kit/clock'
import type { HostMap } from '../../kit/host-map'
import { createHttpSender } from './http-sender'
import { createQqLogin, createWechatLogin } from './login'
import type { PlatformKeys } from './platform-keys'
import type { LoginGateway, PaymentGateway } from './port'
import { createQqProxy } from './qq-proxy'
import { createQqToken } from './qq-token'
import { createCertificateKeys } from './v3-certificates'
import { createV3Gateway } from './v3-gateway'
import { createPublicKeyKeys, type PlatformPublicKey } from './v3-public-key'
import { createV3Transport, type V3Transport } from './v3-transport'

export interface GatewaysOptions {
  readonly hostMap: HostMap
  readonly wechat: {
    readonly appid: string
    readonly secret: string
    readonly mchid: string
    readonly merchantSerialNo: string
    readonly merchantPrivateKey: KeyObject
    readonly apiV3Key: string
    /** Null: platform certificates are downloaded. */
    readonly platformPublicKey: PlatformPublicKey | null
  }
  readonly qq: { readonly appid: string; readonly secret: string } | null
  readonly notifyUrl: string
  readonly clock: Clock
  readonly transportClock: Clock
  readonly timeoutMs: number
  readonly onRefreshFailed: (error: unknown) => void
}

export interface Gateways {
  readonly gateway: PaymentGateway
  readonly logins: { readonly wechat: LoginGateway; readonly qq: LoginGateway | null }
  closeConnections(): void
}

/** Joins the ways out of the shop: WeChat Pay, both sign-ins, QQ's proxy. */
export function createGateways(options: GatewaysOptions): Gateways {
  const { wechat, qq, clock, transportClock, timeoutMs, notifyUrl } = options
  const { send, close } = createHttpSender(options.hostMap)
  // The transport verifies with keys that it downloads itself.
  const downloaded: PlatformKeys = { find: (serial) => certificates.find(serial) }
  const { platformPublicKey } = wechat
  const keys = platformPublicKey === null ? downloaded : createPublicKeyKeys(platformPublicKey, downloaded)
  const verifiableSerial = platformPublicKey?.id ?? null
  const transport: V3Transport = createV3Transport({
    ...wechat,
    send,
    keys,
    verifiableSerial,
    transportClock,
    timeoutMs,
  })
  const certificates = createCertificateKeys({
    sendSigned: transport.sendSigned,
    apiV3Key: wechat.apiV3Key,
    publicKey: platformPublicKey,
    transportClock,
    onRefreshFailed: options.onRefreshFailed,
  })
  const qqProxy = qq
    ? createQqProxy({
        transport,
        token: createQqToken({ ...qq, send, clock, timeoutMs }),
        qqAppid: qq.appid,
        merchant: wechat,
        realNotifyUrl: notifyUrl,
      })
    : null
  return {
    gateway: createV3Gateway({ ...wechat, notifyUrl, transport, keys, transportClock, qqProxy }),
    logins: {
      wechat: createWechatLogin({ send, appid: wechat.appid, secret: wechat.secret, timeoutMs }),
      qq: qq ? createQqLogin({ ...qq, send, timeoutMs }) : null,
    },
    closeConnections: close,
  }
}
