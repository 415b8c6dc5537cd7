/**
 * Adds the page that the payer returns to. Without it WeChat Pay returns to the page that started the payment; if it is
 * not encoded, WeChat Pay refuses the payment.
 */
export function toRedirectUrl(h5Url: string, origin: string, orderNo: string): string {
  const resultPage = `${origin}/pages/result/index?orderNo=${encodeURIComponent(orderNo)}`
  return `${h5Url}&redirect_url=${encodeURIComponent(resultPage)}`
}
