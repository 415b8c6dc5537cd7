import type { Comparison, DiagnosisGroup, Found } from '../../kit/diagnosis'

/** Everything that the doctor can find: its group, and how to correct it. */
const findings = {
  // The signed address.
  QUERY_LEFT_OUT: [1, 'Sign path and query exactly as they are sent.'],
  PROXY_TARGET_SIGNED: [1, "Sign WeChat Pay's own path, without /wxpay and without the proxy's query."],
  TARGET_DECODED: [1, 'Sign the path as it goes over the line, with its percent-escapes.'],
  TARGET_ENCODED: [1, 'Sign the path as it goes over the line: it was sent without these percent-escapes.'],
  PLACEHOLDER_SIGNED: [1, 'Fill in the number first, then sign that path.'],
  FULL_ADDRESS_SIGNED: [1, 'Sign path and query only, without scheme and host.'],
  PATH_DIFFERS: [1, 'Sign the whole path that is requested, from its first slash.'],
  METHOD_DIFFERS: [1, 'Sign the HTTP method that is used, in capitals.'],
  // The signed body.
  BODY_RESERIALISED: [2, 'Serialise once, sign that text and send that very text.'],
  BODY_SORTED: [2, 'Serialise once, sign that text and send that very text; V3 sorts nothing.'],
  BODY_ESCAPED: [2, 'Serialise once, sign that text and send that very text, with the same escapes.'],
  BODY_LEFT_OUT: [2, 'The body belongs to the signed text, before its last line feed.'],
  BODY_TWICE_SERIALISED: [2, 'Hand the object to one serialiser only.'],
  BODY_TRIMMED: [2, 'Sign the body with the white space that is sent around it.'],
  BODY_SIGNED_BUT_NOT_SENT: [2, 'A request without a body signs an empty line for it.'],
  // Line feeds and timestamps.
  LAST_LF_MISSING: [3, 'Each of the five lines ends with a line feed, the last one too, also when the body is empty.'],
  CRLF: [3, 'End each line with a line feed alone (\\n).'],
  LITERAL_LF: [3, 'Join with a real line feed: in single quotes \\n is a backslash and an n in many languages.'],
  LINES_JOINED: [3, 'End each line with a line feed.'],
  EXTRA_LF: [3, 'The text ends with one line feed after the body.'],
  LINE_ORDER: [3, 'The lines are method, path with query, timestamp, nonce, body.'],
  ANSWER_LAYOUT: [3, 'A request signs five lines; three lines are what an answer is verified with.'],
  TIMESTAMP_MS: [3, 'Send and sign Unix time in seconds: ten digits.'],
  TIMESTAMP_DIFFERS: [3, 'Take the time once: sign the timestamp that the header carries.'],
  TIMESTAMP_STALE: [3, 'Sign each request anew, by a clock that is right.'],
  // Who signs.
  KEY_OF_OTHER_MERCHANT: [4, 'Sign with the private key of the merchant whom the header names.'],
  PLATFORM_KEY: [4, "Sign with the merchant's own private key (apiclient_key.pem)."],
  MCHID_UNKNOWN: [4, 'Use the number of a merchant that this service knows (sdk.env names it).'],
  MCHID_OF_SERIAL_DIFFERS: [4, 'serial_no, private key and mchid must be of one merchant.'],
  SERIAL_OF_PLATFORM: [4, "serial_no is that of the merchant's own API certificate (apiclient_cert.pem)."],
  SERIAL_IS_PUBLIC_KEY_ID: [
    4,
    "serial_no is that of the merchant's own API certificate; the id belongs into Wechatpay-Serial.",
  ],
  SERIAL_DECIMAL: [4, 'Write the serial in hexadecimal, as openssl x509 -serial prints it.'],
  SERIAL_UNKNOWN: [4, "Take the serial of the merchant's present API certificate."],
  MCHID_BODY_DIFFERS: [4, 'Header and body must name the same merchant; a partner signs with sp_mchid.'],
  SUB_MERCHANT: [4, 'Name a sub merchant (sub_mchid, sub_appid) that this partner serves.'],
  // Key modes.
  CERTIFICATES_IN_KEY_MODE: [5, 'Configure the SDK with the public key and its id, and download no certificates.'],
  VERIFIES_WITH_OTHER_KEY: [5, "Give the SDK the key that this merchant's answers are signed with."],
  // The pay call.
  PAY_BARE_PREPAY_ID: [6, 'The fourth line is the whole package value, with its prepay_id= in front.'],
  PAY_LAST_LF_MISSING: [6, 'Each of the four lines ends with a line feed, the last one too.'],
  PAY_LINE_FEEDS: [6, 'End each of the four lines with one line feed (\\n).'],
  PAY_OTHER_APPID: [6, 'Sign the appid of the mini program that calls, the same that ordered.'],
  PAY_TIMESTAMP_DIFFERS: [6, 'Sign the very timeStamp that is handed to the phone.'],
  PAY_LINE_ORDER: [6, 'The lines are appId, timeStamp, nonceStr, package.'],
  PAY_SIGN_TYPE_IN_TEXT: [6, 'V3 signs four lines; signType is not one of them.'],
  PAY_V2_TEXT: [6, 'An order of V3 signs four lines with RSA, no sorted pairs.'],
  PAY_V2_SIGNATURE: [
    6,
    "An order of V3 is signed with the merchant's private key (signType RSA), not with the API key.",
  ],
  PAY_SIGN_TYPE: [6, "Hand signType 'RSA' to the phone; left out, it means MD5."],
  PAY_KEY: [6, 'Sign with the private key of the merchant who ordered.'],
  PAY_PREPAY_ID_UNKNOWN: [6, 'Hand over the prepay_id that ordering answered.'],
  PAY_PREPAY_ID_EXPIRED: [6, 'A prepay_id lives two hours: order again with the same number for a fresh one.'],
  PAY_CALLING_APP: [6, 'Only the app that ordered (appid or sub_appid) can pay.'],
  PAY_SCENE: [6, 'Order with the product that the payer uses: JSAPI for wx.requestPayment.'],
  // Its parameters.
  PAY_PARAMETERS: [7, 'Pass timeStamp, nonceStr, package, signType and paySign, each as a text.'],
  PAY_TIMESTAMP_MS: [7, 'Pass Unix time in seconds as a text of ten digits.'],
  // Amounts.
  AMOUNT_FLOAT: [8, 'Compute in whole fen, or round once: Math.round(yuan * 100).'],
  AMOUNT_TEXT: [8, 'Send the amount as a JSON number without quotes.'],
  AMOUNT_TOO_SMALL: [8, 'The smallest amount is 1 fen.'],
  AMOUNT_YUAN: [8, 'Send fen: yuan times 100.'],
  // Numbers.
  NUMBER_LENGTH: [9, 'Six to 32 characters: a date and a few random characters are enough.'],
  NUMBER_CHARACTERS: [9, 'Use digits, letters, _ - | and * only.'],
  NUMBER_MANGLED: [9, 'The SDK rewrites chained property names: pass the number as a path parameter instead.'],
  NUMBER_OF_OTHER_KIND: [9, 'Ask with the API of the kind that was ordered.'],
  NUMBER_OF_OTHER_MERCHANT: [9, 'Ask as the merchant who ordered.'],
  NUMBER_UNKNOWN: [9, 'Ask for a number that was ordered.'],
  // Again.
  REENTRY_DIFFERS: [10, 'Repeat the very same content, or take a new out_trade_no.'],
  NUMBER_BURNED: [10, 'Take a new out_trade_no, and close only what was ordered.'],
  NUMBER_TAKEN: [10, 'Take a new out_trade_no.'],
  // Payers.
  OPENID_OF_OTHER_APP: [11, 'Sign the payer in with the app that orders (wx.login, jscode2session).'],
  OPENID_OF_QQ: [11, 'JSAPI needs an openid of WeChat; in QQ order by H5 through the proxy.'],
  OPENID_UNKNOWN: [11, 'Use the openid that jscode2session answered for this app.'],
  OPENID_MISSING: [11, 'Send payer.openid with a JSAPI order.'],
  OTHER_PAYER: [11, 'Order with the openid of the person who pays.'],
  APPID_NOT_BOUND: [11, "Order with an appid that is bound to the merchant; in QQ too it is WeChat's."],
  // Notification addresses.
  NOTIFY_URL_QUERY: [12, 'Leave the query out; put what you need into the path or into attach.'],
  NOTIFY_URL_SPACE: [12, 'Trim the address.'],
  NOTIFY_URL_SCHEME: [12, 'Begin with https:// and give a full address.'],
  NOTIFY_URL_SHAPE: [12, 'Give a full address: https://host/path, no query, no fragment.'],
  NOTIFY_URL_INTRANET: [12, 'In life it must be reachable from the internet.'],
  NOTIFY_UNREACHABLE: [12, 'The address must answer from outside: name, port, certificate, firewall.'],
  NOTIFY_LOGIN_IN_FRONT: [12, 'Take the address out of the login and out of redirects.'],
  NOTIFY_NO_SUCH_PATH: [12, 'Register the route for POST under exactly this path.'],
  // Receivers.
  NOTICE_UNCHECKED: [13, 'Refuse what does not pass every check: serial, signature, five minutes, decryption.'],
  NOTICE_NOT_VERIFIED: [13, 'Verify each notification over its raw body before believing it, and refuse it otherwise.'],
  NOTICE_RESERIALISED: [13, 'Verify over the raw bytes of the body, before any parsing.'],
  STRAY_VERIFY: [13, 'Verify in your own process: platform key, Wechatpay-* headers, raw body.'],
  // Acknowledgements.
  ACK_FAIL_WITH_SUCCESS_STATUS: [14, 'Answer 4xx or 5xx when the notification was not handled.'],
  ACK_XML_TO_V3: [14, 'Answer a V3 notification with 200 or 204; a body is not needed.'],
  ACK_JSON_TO_V2: [14, 'Answer a V2 notification with <xml><return_code><![CDATA[SUCCESS]]></return_code>…</xml>.'],
  ACK_FAIL_TO_V2: [14, 'Answer SUCCESS once the payment is recorded.'],
  ACK_MALFORMED_V2: [14, 'Answer well-formed XML with return_code SUCCESS and nothing around it.'],
  ACK_V3_TO_CONSOLE: [
    14,
    'Name a notify_url in each refund, or read V2 (XML, req_info) at the address of the console.',
  ],
  ACK_STATUS: [14, 'Answer 200 or 204 once the notification is on disk.'],
  ACK_SLOW: [14, 'Record the notification, answer at once and do the work afterwards.'],
  ACK_PAGE: [14, 'Answer from a route of its own: a page with status 200 counts as an acknowledgement.'],
  // Pages.
  PAGE_NO_REFERER: [15, 'Open the address from a page (or hand a Referer to the web view).'],
  PAGE_DOMAIN: [15, 'Register the host as an H5 payment domain, without scheme and port.'],
  PAGE_REDIRECT_DOMAIN: [15, 'Register the host of redirect_url, too.'],
  PAGE_REDIRECT_UNENCODED: [15, 'Append redirect_url with encodeURIComponent.'],
  PAGE_OTHER_ADDRESS: [15, "Order with the payer's own public address as payer_client_ip."],
  PAGE_LOOPBACK_IP: [15, "Order with the payer's own public address; 127.0.0.1 orders and can't pay."],
  PAGE_LINK_EXPIRED: [15, 'An H5 link lives five minutes: order again with the same number for a fresh one.'],
  PAGE_LINK_UNKNOWN: [15, 'Pass the address on whole, with prepay_id and package.'],
  PAGE_OTHER_USER: [15, 'One link is for one payer: order again for another person.'],
  PAGE_INSIDE_WECHAT: [15, 'Inside WeChat pay by JSAPI; H5 is for other browsers.'],
  SCENE_INFO_MISSING: [15, 'Send where the payer is, as JSON: it may be refused one day, and risk control reads it.'],
  NOT_PAID: [15, 'A callback of the phone is no payment: query, or wait for the notification, before you act on it.'],
  // V2.
  V2_DIGEST: [0, 'Sign with what sign_type names: MD5 where it is left out.'],
  V2_HMAC_KEY: [0, 'HMAC-SHA256 is keyed with the API key, which also ends the text.'],
  V2_KEY: [0, "Use the merchant's API key (API密钥), not another key."],
  V2_KEY_NOT_APPENDED: [0, 'End the text with &key= and the API key.'],
  V2_VALUES_ENCODED: [0, 'Sign the raw values: encode nothing.'],
  V2_VALUES_DECODED: [0, 'Sign the values as they are sent: decode nothing.'],
  V2_SIGN_INCLUDED: [0, 'Leave sign itself out of the text.'],
  V2_EMPTY_INCLUDED: [0, 'Leave empty values out of the text.'],
  V2_LOWER_CASE: [0, 'Send the signature in capitals.'],
  V2_UNSORTED: [0, 'Sort the names by their ASCII codes, capitals before small letters.'],
  V2_PARAM_NOT_SIGNED: [0, 'Sign every parameter that is sent, sign_type too.'],
  V2_VALUES_CHANGED: [0, 'Sign the values exactly as they are sent.'],
  // Refunds and shipping.
  REFUND_REPEATED: [0, 'Repeat a refund under its first out_refund_no: a new number is a new refund.'],
  REFUND_TOO_SOON: [0, 'Ask a minute after the last partial refund, with the same out_refund_no and content as now.'],
  REFUND_TOTAL: [8, "amount.total is the order's whole amount, in fen."],
  SHIPPING_OF_H5: [0, 'Only orders that were paid inside the mini program can be reported as shipped.'],
  SHIPPING_TOO_SOON: [0, 'Report again about a minute after the payment.'],
  // Others.
  AUTHORIZATION_MISSING: [
    0,
    'Sign the request: Authorization carries scheme, mchid, nonce, timestamp, serial and signature.',
  ],
  AUTHORIZATION_MALFORMED: [0, 'Write the five attributes as name="value", parted by commas.'],
  SCHEME_DIFFERS: [0, 'The scheme is WECHATPAY2-SHA256-RSA2048 and one blank.'],
  SIGNATURE_ENCODING: [0, 'Send the signature as plain base64 in one line.'],
  DIGEST_DIFFERS: [0, 'Sign with SHA-256 (SHA256withRSA).'],
  DIGEST_TWICE: [0, 'Sign the text itself: the signing call makes the digest.'],
  PADDING_PSS: [0, 'Sign with PKCS#1 v1.5 padding (RSASSA-PKCS1-v1_5).'],
  HEADER_MISSING: [0, 'Send User-Agent and Accept with every request.'],
  TEXT_FOUR_BYTES: [0, 'Leave out characters that take four bytes in UTF-8: emoji, rare Han characters.'],
  TEXT_NOT_UTF8: [0, 'Send the body as UTF-8.'],
  TEXT_TOO_LONG: [0, 'Cut the text by bytes of UTF-8: a Chinese character takes three.'],
  PATH_UNKNOWN: [0, 'Compare method and path with the documentation, letter by letter.'],
  FIELD_UNKNOWN: [0, 'Send only documented fields, under their V3 names.'],
  UNKNOWN: [0, ''],
} as const satisfies Record<string, readonly [DiagnosisGroup, string]>

export type WechatFinding = keyof typeof findings

export interface FoundOptions extends Comparison {
  /** Default true. */
  readonly proved?: boolean
  /** Default: the finding's own. */
  readonly group?: DiagnosisGroup
}

/** A finding in words: `mistake`, then how to correct it. */
export function found(finding: WechatFinding, mistake: string, options: FoundOptions = {}): Found<WechatFinding> {
  const [group, mend] = findings[finding]
  const { proved = true, ...rest } = options
  return { group, finding, message: mend === '' ? mistake : `${mistake} ${mend}`, proved, ...rest }
}

/** What the doctor says where nothing can be proved. */
export function cannotTell(group: DiagnosisGroup, message: string, comparison: Comparison = {}): Found<WechatFinding> {
  return found('UNKNOWN', message, { proved: false, group, ...comparison })
}

export interface Mistake {
  readonly finding: WechatFinding
  /** A whole sentence. */
  readonly text: string
}

/** Several mistakes in one finding: the first gives its name and group, each says how to correct it. */
export function foundAll(mistakes: readonly [Mistake, ...Mistake[]], comparison: Comparison): Found<WechatFinding> {
  const [{ finding }] = mistakes
  const sentences = mistakes.flatMap((mistake) => [mistake.text, findings[mistake.finding][1]])
  const message = sentences.filter((sentence, index) => sentences.indexOf(sentence) === index).join(' ')
  return { group: findings[finding][0], finding, message, proved: true, ...comparison }
}

/** An openid or an address of a person, so far that a developer recognises it. */
export function shorten(text: string): string {
  return text.length <= 10 ? text : `${text.slice(0, 4)}…${text.slice(-4)}`
}
