/** What the tests use of a package that has no types. */
declare module 'tenpay' {
  type Fields = Readonly<Record<string, string>>
  type Values = Readonly<Record<string, string | number>>

  interface Request {
    readonly body: string
    /** What was verified and decrypted. */
    weixin?: Fields & { readonly req_info?: Fields }
  }
  interface Response {
    reply?(refusal?: string): void
    header(name: string, value: string): void
    send(body: string): void
  }

  export default class Payment {
    constructor(config: {
      readonly appid: string
      readonly mchid: string
      readonly partnerKey: string
      readonly notify_url?: string
      readonly refund_url?: string
    })
    /** The address of each call. */
    readonly urls: Record<string, string>
    unifiedOrder(order: Values): Promise<Fields>
    getPayParamsByPrepay(order: { readonly prepay_id: string }, signType?: string): Fields
    orderQuery(order: Values): Promise<Fields>
    closeOrder(order: Values): Promise<Fields>
    refund(refund: Values): Promise<Fields>
    refundQuery(refund: Values): Promise<Fields>
    downloadBill(bill: Values, format: true): Promise<{ readonly list_data: readonly (readonly string[])[] }>
    middlewareForExpress(
      type?: 'pay' | 'refund',
    ): (request: Request, response: Response, next: () => void) => Promise<void>
  }
}
