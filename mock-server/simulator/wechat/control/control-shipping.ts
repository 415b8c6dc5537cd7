import type { FastifyInstance } from 'fastify'
import type { Store } from '../store/store'

/** What the payer can do about a parcel: confirm that it arrived (确认收货). After that nothing more can be sent. */
export function addShippingControl(server: FastifyInstance, { store }: { readonly store: Store }): void {
  server.post('/control/trades/:mchid/:outTradeNo/confirm-receipt', async (request, reply) => {
    const { mchid, outTradeNo } = request.params as { mchid: string; outTradeNo: string }
    const shipping = await store.write(() => {
      const present = store.shipping(mchid, outTradeNo)
      if (present?.state !== 'shipped') return null
      const received = { ...present, state: 'received' as const }
      store.putShipping(mchid, outTradeNo, received)
      return received
    })
    if (shipping !== null) return { shipping }
    const message = `Nothing that was sent completely is on its way for ${mchid}/${outTradeNo}.`
    return reply.code(409).send({ code: 'NOT_SHIPPED', message })
  })
}
