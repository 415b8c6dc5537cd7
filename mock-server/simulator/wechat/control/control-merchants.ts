import type { FastifyInstance } from 'fastify'
import { readRecord } from '../../kit/read-request'
import {
  createMerchantIdentity,
  keyModes,
  lackable,
  type Lack,
  type MerchantIdentity,
  type SubMerchantIdentity,
} from '../identity'
import type { Directory } from '../merchants/directory'
import type { Store } from '../store/store'
import { ControlRefusal } from './control-refusal'

export interface MerchantControlDeps {
  readonly store: Store
  readonly directory: Directory
}

/** Adds merchants while the simulator runs. */
export function addMerchantControl(server: FastifyInstance, { store, directory }: MerchantControlDeps): void {
  server.post('/control/merchants', async (request, reply) => {
    const {
      appids,
      name,
      mode = 'certificate',
      sub_merchants = [],
      refund_notify_url,
      lacks = [],
    } = readRecord(request.body)
    const keyMode = keyModes.find((known) => known === mode)
    if (keyMode === undefined) {
      throw new ControlRefusal(400, 'MODE_UNKNOWN', `mode must be one of ${keyModes.join(', ')}.`)
    }
    if (!isTextList(appids)) {
      throw new ControlRefusal(400, 'APPIDS_INVALID', 'appids must be a list of app ids, e.g. ["wx0123456789abcdef"].')
    }
    const subMerchants = readSubMerchants(sub_merchants)
    if (subMerchants === null) {
      const example = '[{"mchid": "1900000001", "name": "…", "appids": []}]'
      throw new ControlRefusal(400, 'SUB_MERCHANTS_INVALID', `sub_merchants must be a list such as ${example}.`)
    }
    if (!isTextList(lacks) || !lacks.every((one): one is Lack => lackable.some((known) => known === one))) {
      throw new ControlRefusal(400, 'LACKS_INVALID', `lacks must be a list of ${lackable.join(', ')}.`)
    }
    const merchant = await createMerchantIdentity({
      appids,
      lacks,
      keyMode,
      subMerchants,
      ...(typeof name === 'string' && { name }),
      ...(typeof refund_notify_url === 'string' && { refundNotifyUrl: refund_notify_url }),
    })
    // The private key belongs to the merchant: it is answered once and not kept.
    await store.write(() => store.addMerchant({ ...merchant, privateKey: '' }))
    directory.add(merchant)
    return reply.code(201).send(toWire(merchant))
  })
}

/** @returns null where the value is no list of sub merchants */
function readSubMerchants(value: unknown): readonly SubMerchantIdentity[] | null {
  if (!Array.isArray(value)) return null
  const read = value.map((item: unknown) => {
    if (typeof item !== 'object' || item === null) return null
    const { mchid, name, appids = [] } = item as Readonly<Record<string, unknown>>
    const isRight = typeof mchid === 'string' && /^\d{8,10}$/.test(mchid) && isTextList(appids)
    return isRight ? { mchid, name: typeof name === 'string' ? name : mchid, appids } : null
  })
  return read.every((item) => item !== null) ? read : null
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '')
}

function toWire(merchant: MerchantIdentity): unknown {
  const { mchid, name, appids, serial, privateKey, certificate, apiV3Key, keyMode, publicKeyId } = merchant
  return {
    mchid,
    name,
    appids,
    serial_no: serial,
    private_key: privateKey,
    certificate,
    apiv3_key: apiV3Key,
    api_key: merchant.apiKey,
    sub_merchants: merchant.subMerchants,
    mode: keyMode,
    public_key_id: publicKeyId,
    public_key: merchant.publicKey,
    lacks: merchant.lacks ?? [],
  }
}
