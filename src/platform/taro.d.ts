import '@tarojs/taro'

declare module '@tarojs/taro' {
  interface RequestWxPaymentOption {
    /** The `h5_url` that QQ's proxy returned for this app. */
    url: string
    /** A registered H5 domain of the merchant. */
    referer: string
    /** The same value: iOS is reported to read this spelling. */
    Referer: string
  }

  interface TaroStatic {
    /**
     * WeChat Pay in QQ. The platform plugin adds the call at run time; where the host lacks it, it is undefined, or a
     * function that warns and returns undefined.
     */
    requestWxPayment?: (option: RequestWxPaymentOption) => Promise<TaroGeneral.CallbackResult> | undefined
  }
}
