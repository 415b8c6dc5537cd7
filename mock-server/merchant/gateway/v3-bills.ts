import { createHash } from 'node:crypto'
import { v3BillPaths } from '../../wire/v3-refund-types'
import type { BookLine } from '../domain/reconciliation'
import { WechatPayError } from './errors'
import type { V3Party } from './parties'
import type { BillGateway } from './port'
import { filledTextOf, UnreadableError } from './read'
import type { V3Transport } from './v3-transport'

/**
 * The trade bill (交易账单): the answer to applying for it is signed and has the hash of the file, which is not signed.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4013071227
 */
export function createV3Bills(transport: V3Transport, party: Pick<V3Party, 'billQuery'>): BillGateway {
  return {
    async tradeBill(day) {
      const applied = await apply(day)
      if (applied === null) return []
      const downloadUrl = filledTextOf(applied, 'download_url')
      const target = downloadUrl.slice(new URL(downloadUrl).origin.length)
      const { status, body } = await transport.sendSigned({ method: 'GET', target, url: downloadUrl })
      if (status !== 200) throw new WechatPayError('LOCAL_BAD_ANSWER', `The bill of ${day} was refused`, { status })
      if (createHash('sha1').update(body).digest('hex') !== filledTextOf(applied, 'hash_value').toLowerCase()) {
        throw new WechatPayError('LOCAL_BAD_SIGNATURE', `The bill of ${day} is not what its hash says`, { status })
      }
      return parseTradeBill(body.toString('utf8'))
    },
  }

  /** Null for a day without movements. */
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

/** Columns are found by their titles: a merchant's own columns move them. Every value has a back-tick before it. */
export function parseTradeBill(text: string): readonly BookLine[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const titles = (lines[0] ?? '').split(',')
  const column = (title: string): number => {
    const index = titles.indexOf(title)
    if (index < 0) throw new UnreadableError(`bill: no column ${title}`)
    return index
  }
  const transactionId = column('微信订单号')
  const total = column('应结订单金额')
  const state = column('交易状态')
  const refundNo = column('商户退款单号')
  const refund = column('退款金额')
  const end = lines.findIndex((line, index) => index > 0 && !line.startsWith('`'))
  return lines.slice(1, end < 0 ? undefined : end).flatMap((line): BookLine[] => {
    const cells = line.slice(1).split(',`')
    const cell = (index: number): string => cells[index] ?? ''
    if (cell(state) === 'REFUND') return [{ kind: 'refund', number: cell(refundNo), amountFen: fenOf(cell(refund)) }]
    if (cell(state) !== 'SUCCESS') return []
    return [{ kind: 'payment', number: cell(transactionId), amountFen: fenOf(cell(total)) }]
  })
}

/** Yuan with two places, without the errors of binary fractions. */
function fenOf(yuan: string): number {
  const match = /^(\d+)\.(\d{2})$/.exec(yuan)
  if (!match) throw new UnreadableError(`bill: ${yuan.slice(0, 20)} is not an amount`)
  return Number(match[1]) * 100 + Number(match[2])
}
