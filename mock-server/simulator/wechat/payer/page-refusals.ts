import type { FastifyReply, FastifyRequest } from 'fastify'
import type { PageRefusal } from '../domain/evidence'
import { renderErrorPage } from './middle-page-view'

/** What the page says, and the internal number that some of these carry. */
const texts = {
  noReferer: { text: '商家参数格式有误，请联系商家解决', internal: 268443815 },
  unregistered: { text: '商家存在未配置的参数，请联系商家解决', internal: 268443816 },
  otherAddress: { text: '网络环境未能通过安全验证，请稍后再试', internal: 268498465 },
  tooOld: { text: '支付请求已失效，请重新发起支付', internal: 268498468 },
  insideWechat: { text: '请在微信外打开订单，进行支付', internal: null },
  badParameters: { text: '由于商家传入的H5交易参数有误', internal: null },
  unknownLink: { text: '系统繁忙', internal: null },
  bareRedirect: { text: '系统繁忙', internal: null },
  otherUser: { text: '系统繁忙', internal: null },
  paid: { text: '该订单已支付', internal: null },
  closed: { text: '订单已关闭', internal: null },
} as const satisfies Record<PageRefusal, { readonly text: string; readonly internal: number | null }>

/** iOS has another text where an address was cut off, redirect_url is not encoded, or a second person opens a link. */
const onIos: Readonly<Partial<Record<PageRefusal, string>>> = {
  unknownLink: '签名验证失败',
  bareRedirect: '签名验证失败',
  otherUser: '签名验证失败',
}

function textOf(request: FastifyRequest, refusal: PageRefusal): string {
  const isIos = /iPhone|iPad|iPod/.test(request.headers['user-agent'] ?? '')
  return (isIos ? onIos[refusal] : undefined) ?? texts[refusal].text
}

export function renderRefusal(request: FastifyRequest, refusal: PageRefusal, nonce: string): string {
  return renderErrorPage(textOf(request, refusal), texts[refusal].internal, nonce)
}

export function sendRefusal(request: FastifyRequest, reply: FastifyReply, refusal: PageRefusal): FastifyReply {
  return reply.code(403).send({ code: texts[refusal].internal, message: textOf(request, refusal) })
}
