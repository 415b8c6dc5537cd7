import { sendJson } from './running-stack'

/** Orders one tea as a guest of the browser shop does, without a browser. @returns the status of the answer */
export async function orderInBrowser(merchantUrl: string): Promise<number> {
  const { token } = (await sendJson('POST', `${merchantUrl}/api/sessions`, { client: 'h5' })) as { token: string }
  const answer = await fetch(`${merchantUrl}/api/orders`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      requestId: 'request-id-of-a-guest',
      items: [{ goodsId: 'tea', quantity: 1 }],
      accepts: ['redirect'],
    }),
  })
  await answer.text()
  return answer.status
}
