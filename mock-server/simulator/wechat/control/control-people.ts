import type { FastifyInstance } from 'fastify'
import { isUser, readRecord } from '../../kit/read-request'
import type { VoucherDesk, VoucherDraft } from '../desks/voucher-desk'
import { voucherTypes } from '../domain/voucher'
import type { Store } from '../store/store'
import { ControlRefusal } from './control-refusal'

export interface PeopleControlDeps {
  readonly store: Store
  readonly voucherDesk: VoucherDesk
}

/** A wallet holds so many vouchers at most. */
const vouchersMax = 100
const fenMax = 100_000_000

/** Blocks persons as a risk: they can't sign in (40226). Gives them vouchers: nobody has one otherwise. */
export function addPeopleControl(server: FastifyInstance, { store, voucherDesk }: PeopleControlDeps): void {
  server.get('/control/users', () => ({ blocked: store.blocked() }))

  server.put('/control/users/:user', async (request) => {
    const user = readUser(request.params)
    const { blocked } = readRecord(request.body)
    if (typeof blocked !== 'boolean')
      throw new ControlRefusal(400, 'BLOCKED_INVALID', 'Send {"blocked": true} or {"blocked": false}.')
    await store.write(() => store.setBlocked(user, blocked))
    return { blocked: store.blocked() }
  })

  server.get('/control/users/:user/vouchers', (request) => ({ vouchers: voucherDesk.of(readUser(request.params)) }))

  server.post('/control/users/:user/vouchers', async (request) => {
    const user = readUser(request.params)
    const draft = readVoucher(readRecord(request.body))
    if (voucherDesk.of(user).length >= vouchersMax)
      throw new ControlRefusal(409, 'WALLET_FULL', `A wallet holds ${vouchersMax} vouchers.`)
    return voucherDesk.give(user, draft)
  })
}

/** @throws ControlRefusal */
function readUser(params: unknown): string {
  const { user } = params as { user: string }
  if (!isUser(user))
    throw new ControlRefusal(400, 'USER_INVALID', 'A user is 1 to 64 letters, digits, dots, dashes or @.')
  return user
}

/** Reads `{"amount": 500, "type": "CASH", "name": "…", "goods_tags": ["…"]}`; only the amount is needed. @throws ControlRefusal */
export function readVoucher({ amount, type, name, goods_tags }: Readonly<Record<string, unknown>>): VoucherDraft {
  if (!(typeof amount === 'number' && Number.isInteger(amount) && amount >= 1 && amount <= fenMax))
    throw new ControlRefusal(400, 'AMOUNT_INVALID', `amount must be whole fen from 1 to ${fenMax}.`)
  const known = voucherTypes.find((one) => one === type)
  if (type !== undefined && known === undefined)
    throw new ControlRefusal(400, 'TYPE_INVALID', `type must be one of ${voucherTypes.join(', ')}.`)
  if (name !== undefined && !isText(name, 64))
    throw new ControlRefusal(400, 'NAME_INVALID', 'name has 1 to 64 characters.')
  const isTags = Array.isArray(goods_tags) && goods_tags.length <= 50 && goods_tags.every((tag) => isText(tag, 32))
  if (goods_tags !== undefined && !isTags)
    throw new ControlRefusal(
      400,
      'GOODS_TAGS_INVALID',
      'goods_tags is a list of at most 50 texts of 1 to 32 characters.',
    )
  return {
    amount,
    ...(known !== undefined && { type: known }),
    ...(isText(name, 64) && { name }),
    ...(isTags && { goods_tags: goods_tags.filter((tag) => isText(tag, 32)) }),
  }
}

function isText(value: unknown, max: number): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= max
}
