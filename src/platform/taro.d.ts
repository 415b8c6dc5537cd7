import '@tarojs/taro'

declare module '@tarojs/taro' {
  interface RequestWxPaymentOption {
    /** The `h5_url` that was ordered through QQ's proxy for this very app. */
    url: string
    /** A registered H5 domain of the merchant. */
    referer: string
    /** The same again: iOS is reported to read this spelling. */
    Referer: string
  }

  interface TaroStatic {
    /**
     * WeChat Pay out of QQ. The platform plugin adds it at run time; where the host lacks it, it is undefined, or a
     * function that warns and returns undefined.
     */
    requestWxPayment?: (option: RequestWxPaymentOption) => Promise<TaroGeneral.CallbackResult> | undefined
  }
}
