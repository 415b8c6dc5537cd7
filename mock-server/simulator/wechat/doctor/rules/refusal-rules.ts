import type { Found } from '../../../kit/diagnosis'
import type { DoorRefusal, Json, RequestSeen } from '../../domain/evidence'
import { TradeRefusal } from '../../domain/refusal'
import type { KnownMerchant } from '../../merchants/directory'
import { found, type WechatFinding } from '../findings'
import { isRecord, type Knowledge } from '../knowledge'
import { diagnoseBody, diagnoseExtraFields, diagnoseField } from './field-rules'
import { diagnoseEncoding } from './text-rules'
import { diagnoseMissingNumber, diagnoseTradeRefusal } from './order-rules'

/** Why the business or a field check refused a request that was let in; null where the refusal says it all. */
export function diagnoseRefusal(
  request: RequestSeen,
  body: Json | null,
  merchant: KnownMerchant,
  refusal: DoorRefusal | TradeRefusal,
  known: Knowledge,
): Found<WechatFinding> | null {
  if (refusal instanceof TradeRefusal) return diagnoseTradeRefusal(refusal, merchant, known, body)
  switch (refusal.refusal) {
    case 'PARAM_ERROR': {
      // The texts name the field as a path, in quotes of their own.
      const path = /“(\/[^”]+)”/.exec(refusal.message)?.[1]
      const limit = /字节数 \d+，大于最大值 (\d+)/.exec(refusal.message)?.[1]
      if (path !== undefined) return diagnoseField(path, body, request.target, limit === undefined ? null : +limit)
      return body === null ? diagnoseBody(request.body) : null
    }
    case 'EXTRA_PARAM': {
      const detail = refusal.body.detail
      const paths = isRecord(detail) && Array.isArray(detail['value']) ? detail['value'].map(String) : []
      return diagnoseExtraFields(paths)
    }
    case 'NOT_UTF8':
      return diagnoseEncoding(request.body, body)
    case 'MCHID_DIFFERS':
      return mchidDiffers(request, body, merchant)
    case 'ORDER_NOT_EXIST':
      return diagnoseMissingNumber(request.target, merchant, known)
    case 'RESOURCE_NOT_EXISTS':
      return request.target.startsWith('/v3/certificates')
        ? found(
            'CERTIFICATES_IN_KEY_MODE',
            `Merchant ${merchant.mchid} is in public-key mode: it has no platform certificate, its key is ${merchant.publicKeyId}.`,
          )
        : null
    default:
      return null
  }
}

function mchidDiffers({ target }: RequestSeen, body: Json | null, merchant: KnownMerchant): Found<WechatFinding> {
  const names = ['mchid', 'sp_mchid', 'combine_mchid']
  const query = new URLSearchParams(target.split('?')[1] ?? '')
  const named = names.map((name) => body?.[name] ?? query.get(name)).find((value) => typeof value === 'string') ?? ''
  return found(
    'MCHID_BODY_DIFFERS',
    `Authorization names merchant ${merchant.mchid}, and the request ${String(named).slice(0, 40)}.`,
    {
      expected: merchant.mchid,
      received: String(named).slice(0, 40),
    },
  )
}
