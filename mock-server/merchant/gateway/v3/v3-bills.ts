import { createHash } from 'node:crypto'
import { v3BillPaths } from '../../../wire/v3-refund-types'
import { readAnswer, WechatPayError } from '../errors'
import type { V3Party } from '../parties'
import type { BillGateway } from '../port'
import { filledTextOf } from '../fields'
import { billBytesMax, billTimeoutMs, parseTradeBill } from '../trade-bill'
import type { V3Transport } from './v3-transport'

/**
 * The trade bill (交易账单). The signed answer to the application holds the hash of the file, which has no signature.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4013071227
 */
export function createV3Bills(transport: V3Transport, party: Pick<V3Party, 'billQuery'>): BillGateway {
  return {
    async tradeBill(day) {
      const applied = await apply(day)
      if (applied === null) return []
      const downloadUrl = filledTextOf(applied, 'download_url')
      const target = downloadUrl.slice(new URL(downloadUrl).origin.length)
      const { status, body } = await transport.sendSigned({
        method: 'GET',
        target,
        url: downloadUrl,
        timeoutMs: billTimeoutMs,
        answerBytesMax: billBytesMax,
      })
      if (status !== 200) throw new WechatPayError('LOCAL_BAD_ANSWER', `The bill of ${day} was refused`, { status })
      if (createHash('sha1').update(body).digest('hex') !== filledTextOf(applied, 'hash_value').toLowerCase()) {
        throw new WechatPayError('LOCAL_BAD_SIGNATURE', `The bill of ${day} is not what its hash says`, { status })
      }
      return readAnswer('bill', () => parseTradeBill(body.toString('utf8')))
    },
  }

  /** Null for a day without payments and refunds. */
  async function apply(day: string): Promise<unknown> {
    const target = `${v3BillPaths.trade}?${new URLSearchParams({ bill_date: day, bill_type: 'ALL', ...party.billQuery })}`
    try {
      return await transport.request({ method: 'GET', target })
    } catch (error) {
      if (error instanceof WechatPayError && error.code === 'NO_STATEMENT_EXIST') return null
      throw error
    }
  }
}
