import { createHostMap } from '../../../mock-server/kit/http/host-map'
import { createMerchant, type Merchant, type MerchantOptions } from '../../../mock-server/merchant/create-merchant'

/** A merchant in a process of its own, spoken to over IPC. It can be killed like one. */

export type Order =
  | { readonly kind: 'open'; readonly hosts: Record<string, string>; readonly options: PlainOptions }
  | { readonly kind: 'advance'; readonly seconds: number }
  | { readonly kind: 'sweep' }
  | { readonly kind: 'close' }

/** Options that survive being sent: everything but functions. */
export type PlainOptions = Omit<MerchantOptions, 'hostMap' | 'clock' | 'transportClock' | 'logger' | 'scheduler'>

let offsetMs = 0
let merchant: Merchant | undefined

async function obey(order: Order): Promise<unknown> {
  switch (order.kind) {
    case 'open':
      merchant = await createMerchant({
        ...order.options,
        hostMap: createHostMap(order.hosts),
        clock: { now: () => Date.now() + offsetMs },
      })
      return { url: merchant.url, operatorUrl: merchant.operatorUrl }
    case 'advance':
      offsetMs += order.seconds * 1000
      return null
    case 'sweep':
      await merchant?.sweep()
      return null
    case 'close':
      await merchant?.close()
      return null
  }
}

process.on('message', ({ id, order }: { id: number; order: Order }) => {
  obey(order).then(
    (value) => process.send?.({ id, value }),
    (error: unknown) => process.send?.({ id, error: error instanceof Error ? error.stack : String(error) }),
  )
})
// The process that started this one is gone.
process.on('disconnect', () => process.exit(0))
