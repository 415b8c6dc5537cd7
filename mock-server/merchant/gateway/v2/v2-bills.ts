import { v2Paths } from '../../../wire/v2-paths'
import { readAnswer, WechatPayError } from '../errors'
import type { BillGateway } from '../port'
import { billBytesMax, billTimeoutMs, parseTradeBill } from '../trade-bill'
import type { V2Transport } from './v2-transport'

/**
 * The trade bill under V2, in one call. A partner gets only the lines of the sub merchant of this shop. The file has
 * neither signature nor hash, only TLS; it is only compared with our books and moves no money.
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011936338
 */
export function createV2Bills({ download }: Pick<V2Transport, 'download'>): BillGateway {
  return {
    async tradeBill(day) {
      try {
        const params = { bill_date: day.replaceAll('-', ''), bill_type: 'ALL' }
        const limits = { timeoutMs: billTimeoutMs, answerBytesMax: billBytesMax }
        const file = await download({ target: v2Paths.bill, params, ...limits })
        return readAnswer('bill', () => parseTradeBill(file.toString('utf8')))
      } catch (error) {
        if (error instanceof WechatPayError && error.code === 'NO_STATEMENT_EXIST') return []
        throw error
      }
    },
  }
}
