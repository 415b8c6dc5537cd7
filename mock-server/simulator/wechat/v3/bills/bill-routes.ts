import { createGzip } from 'node:zlib'
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { takeRandomBytes } from '../../../../crypto/digest'
import type { Clock } from '../../../../kit/clock'
import { v3BillPaths, type V3BillAnswer } from '../../../../wire/v3-refund-types'
import { fundAccounts, tradeBillTypes } from '../../domain/bill'
import type { BillDesk, BillRequest } from '../../desks/bill-desk'
import type { KnownMerchant } from '../../merchants/directory'
import { V3Refusal } from '../v3-errors'
import { checkText, type Field } from '../v3-schema'
import { createV3Door, type V3Answer, type V3DoorOptions, type V3Request } from '../v3-door'

export interface BillRoutesOptions extends V3DoorOptions {
  readonly billDesk: BillDesk
  readonly clock: Clock
  /** How long a download address lives, in virtual time. */
  readonly billLinkLifeMs: number
}

export interface BillRoutes {
  /** Forgets every download address. */
  reset(): void
}

/** What an address stands for. */
interface Link {
  readonly mchid: string
  readonly request: BillRequest
  readonly isGzip: boolean
  readonly expiresAt: number
}

const linksMax = 1000

const dateField = {
  label: '账单日期',
  type: 'string',
  min: 10,
  max: 10,
  pattern: /^\d{4}-\d{2}-\d{2}$/,
  required: true,
} as const satisfies Field
const subField = { label: '子商户号', type: 'string', min: 1, max: 32 } as const satisfies Field
const tokenField = { label: '下载凭证', type: 'string', min: 1, max: 2048 } as const satisfies Field

/** Bills: applying for one gives its hash and an address; the address gives the file, once more signed by the merchant. */
export function addBillRoutes(server: FastifyInstance, options: BillRoutesOptions): BillRoutes {
  const { billDesk, clock, billLinkLifeMs } = options
  const route = createV3Door(server, options)
  const links = new Map<string, Link>()

  route('GET', v3BillPaths.trade, (call) => {
    const date = checkText(call.query.get('bill_date'), dateField, '/query/bill_date')
    const type = oneOf(call, 'bill_type', '账单类型', tradeBillTypes) ?? 'ALL'
    const sub = call.query.get('sub_mchid')
    const sub_mchid = sub === null ? undefined : checkText(sub, subField, '/query/sub_mchid')
    return apply(call, { kind: 'trade', date, type, ...(sub_mchid !== undefined && { sub_mchid }) })
  })

  route('GET', v3BillPaths.fundFlow, (call) => {
    const date = checkText(call.query.get('bill_date'), dateField, '/query/bill_date')
    return apply(call, {
      kind: 'fund',
      date,
      account: oneOf(call, 'account_type', '资金账户类型', fundAccounts) ?? 'BASIC',
    })
  })

  route('GET', v3BillPaths.download, ({ merchant, query }) => {
    const token = checkText(query.get('token'), tokenField, '/query/token')
    return { status: 200, file: open(merchant, links.get(token)) }
  })

  async function apply(call: V3Request, request: BillRequest): Promise<V3Answer> {
    const { merchant, apiBase } = call
    const isGzip = oneOf(call, 'tar_type', '压缩类型', ['GZIP']) !== undefined
    const hash_value = await billDesk.sha1(merchant, request)
    const token = takeRandomBytes(48).toString('base64url')
    links.set(token, { mchid: merchant.mchid, request, isGzip, expiresAt: clock.now() + billLinkLifeMs })
    for (const oldest of links.keys()) {
      if (links.size <= linksMax) break
      links.delete(oldest)
    }
    const download_url = `${apiBase}${v3BillPaths.download}?token=${token}${isGzip ? '&tartype=gzip' : ''}`
    const body: V3BillAnswer = { download_url, hash_type: 'SHA1', hash_value }
    return { status: 200, body }
  }

  /** @throws V3Refusal. UNVERIFIED: the texts. */
  function open(merchant: KnownMerchant, link: Link | undefined): NonNullable<V3Answer['file']> {
    if (link === undefined || clock.now() >= link.expiresAt)
      throw new V3Refusal('INVALID_REQUEST', '下载地址无效或已过期，请重新申请账单')
    if (link.mchid !== merchant.mchid) throw new V3Refusal('NO_AUTH', '下载账单的商户号与申请账单的商户号不一致')
    const file = Readable.from(billDesk.read(merchant, link.request))
    if (!link.isGzip) return { contentType: 'text/plain; charset=utf-8', content: file }
    const zipped = createGzip()
    file.once('error', (error) => zipped.destroy(error))
    return { contentType: 'application/octet-stream', content: file.pipe(zipped) }
  }

  return { reset: () => links.clear() }
}

/** A value of the query that must be one of a list; undefined where it is left out. @throws V3Refusal */
function oneOf<T extends string>(
  { query }: V3Request,
  name: string,
  label: string,
  known: readonly T[],
): T | undefined {
  const value = query.get(name)
  if (value === null || value === '') return undefined
  const pattern = new RegExp(`^(${known.join('|')})$`)
  checkText(value, { label, type: 'string', min: 1, max: 32, pattern }, `/query/${name}`)
  return known.find((one) => one === value)
}
