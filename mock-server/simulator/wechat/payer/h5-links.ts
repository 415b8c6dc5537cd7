import type { FastifyRequest } from 'fastify'
import type { Clock } from '../../../kit/clock'
import { queryOf } from '../../kit/read-request'
import type { Examine, PageRefusal } from '../domain/evidence'
import { isLinkOfAnother, withLinkTaken, type Trade } from '../domain/trade'
import type { Directory } from '../merchants/directory'
import type { Store } from '../store/store'
import {
  checkOpening,
  checkPaying,
  payerAddress,
  type AddressOptions,
  type FoundTrade,
  type Opening,
} from './page-checks'

export interface H5LinkDeps extends AddressOptions {
  readonly store: Store
  readonly clock: Clock
  readonly directory: Directory
  readonly examine: Examine
}

export interface OpenedPage extends FoundTrade {
  readonly digits: string
  readonly redirectUrl: string | null
}

/** What a link leads to, and who may use it. */
export function createH5Links(deps: H5LinkDeps) {
  const { store, clock, directory } = deps

  function find(prepayId: string, digits: string): FoundTrade | null {
    const trade = store.tradeByPrepay(prepayId)
    const merchant = trade && directory.merchant(trade.mchid)
    if (!trade || !merchant || trade.product !== 'MWEB') return null
    return trade.links.some((link) => link.digits === digits) ? { trade, merchant } : null
  }

  /** One payer per link. @returns null where another user has taken the link */
  function take(prepayId: string, digits: string, user: string): Promise<Trade | null> {
    return store.write(() => {
      const present = store.tradeByPrepay(prepayId)
      if (present === null || isLinkOfAnother(present, digits, user)) return null
      const taken = withLinkTaken(present, digits, user)
      store.putTrade(taken)
      return taken
    })
  }

  /** What must still hold when the payer pays. */
  function whyNotPayable(request: FastifyRequest, trade: Trade, digits: string): PageRefusal | null {
    return checkPaying(trade, digits, payerAddress(request, deps), clock.now())
  }

  /** Checks everything before the page shows anything, and states a refusal as evidence. */
  function open(request: FastifyRequest, opening: Opening): OpenedPage | { readonly refusal: PageRefusal } {
    const query = queryOf(opening.target)
    const prepayId = query.get('prepay_id') ?? ''
    const digits = query.get('package') ?? ''
    const redirectUrl = query.get('redirect_url')
    const found = find(prepayId, digits)
    const refusal = checkOpening(opening, found, redirectUrl) ?? (found && whyNotPayable(request, found.trade, digits))
    if (found !== null && refusal === null) return { ...found, digits, redirectUrl }
    stateRefusal(request, refusal ?? 'unknownLink', opening, prepayId, digits)
    return { refusal: refusal ?? 'unknownLink' }
  }

  /** States a refusal as evidence. */
  function stateRefusal(
    request: FastifyRequest,
    refusal: PageRefusal,
    { target, referer }: Pick<Opening, 'target' | 'referer'>,
    prepayId: string,
    digits: string,
  ): void {
    const trade = store.tradeByPrepay(prepayId)
    const domains = [...((trade && directory.merchant(trade.mchid)?.h5Domains) ?? [])]
    const redirectUrl = queryOf(target).get('redirect_url')
    const page = {
      refusal,
      target,
      referer,
      address: payerAddress(request, deps),
      digits,
      redirectUrl,
      trade,
      domains,
    }
    deps.examine({ kind: 'page', page })
  }

  return { find, take, whyNotPayable, open, stateRefusal }
}
