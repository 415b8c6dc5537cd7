/**
 * Adds to an `h5_url` where the payer comes back to. Without it WeChat Pay returns to the page that started the
 * payment; with one that is not encoded it refuses the payment.
 */
export function toRedirectUrl(h5Url: string, origin: string, orderNo: string): string {
  const resultPage = `${origin}/pages/result/index?orderNo=${encodeURIComponent(orderNo)}`
  return `${h5Url}&redirect_url=${encodeURIComponent(resultPage)}`
}
