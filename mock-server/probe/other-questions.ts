import type { Expected, Question } from './question'
import { json } from './shared-parts'

const v2 = { host: 'pay', method: 'POST', target: '/pay/orderquery', headers: { 'Content-Type': 'text/xml' } } as const
const v2Unsigned = (return_msg: string): Expected => ({
  status: 200,
  names: 'none',
  xml: { return_code: 'FAIL', return_msg },
})

/** V2. */
export const v2Questions: readonly Question[] = [
  {
    id: 'V2: a forged signature',
    row: 'wrong or missing signature',
    ...v2,
    by: 'nobody',
    xml: { appid: '{appid}', mch_id: '{mchid}', out_trade_no: '{number}', nonce_str: 'probe' },
    expected: { ...v2Unsigned('签名错误'), contentType: 'text/plain' },
  },
  {
    id: 'V2: no mch_id',
    row: 'parameters',
    ...v2,
    by: 'nobody',
    xml: { appid: '{appid}', nonce_str: 'probe' },
    expected: v2Unsigned('mch_id参数格式错误'),
  },
  {
    id: 'V2: GET',
    row: 'malformed requests',
    ...v2,
    by: 'nobody',
    method: 'GET',
    expected: v2Unsigned('请使用post方法'),
    isGuess: true,
  },
  {
    id: 'V2: nothing posted',
    row: 'malformed requests',
    ...v2,
    by: 'nobody',
    body: '',
    expected: v2Unsigned('post数据为空'),
    isGuess: true,
  },
  {
    id: 'V2: broken XML',
    row: 'malformed requests',
    ...v2,
    by: 'nobody',
    body: '<xml><a>',
    expected: v2Unsigned('XML格式错误'),
  },
  {
    id: 'V2: a number that nobody ordered',
    row: '`POST /pay/orderquery`',
    ...v2,
    by: 'merchant',
    xml: { appid: '{appid}', mch_id: '{mchid}', out_trade_no: '{number}', nonce_str: 'probe' },
    expected: { status: 200, xml: { return_code: 'SUCCESS', result_code: 'FAIL', err_code: 'ORDERNOTEXIST' } },
  },
  {
    id: 'V2: closing what nobody ordered',
    row: '`POST /pay/closeorder`',
    ...v2,
    by: 'merchant',
    target: '/pay/closeorder',
    xml: { appid: '{appid}', mch_id: '{mchid}', out_trade_no: '{number}', nonce_str: 'probe' },
    expected: { status: 200, xml: { return_code: 'SUCCESS', result_code: 'FAIL', err_code: 'ORDERNOTEXIST' } },
  },
]

const login = { host: 'login', by: 'nobody', method: 'GET' } as const
const qq = { host: 'qq', by: 'nobody', method: 'GET' } as const
/** Of nobody: real ones of QQ have ten digits. */
const qqAppid = '9999999999'

/** Sign-in and server calls of WeChat and of QQ, in the name of apps that do not exist. */
export const elsewhereQuestions: readonly Question[] = [
  {
    id: 'sign-in without an appid',
    row: '`jscode2session`',
    ...login,
    target: '/sns/jscode2session',
    expected: { status: 200, json: { errcode: 41002 } },
  },
  {
    id: 'sign-in of an app of nobody',
    row: '`jscode2session`',
    ...login,
    target: '/sns/jscode2session?appid=wx0000000000000000&secret=x&js_code=x&grant_type=authorization_code',
    expected: { status: 200, json: { errcode: 40013 } },
  },
  {
    id: 'a token for an app of nobody',
    row: '`GET /cgi-bin/token`',
    ...login,
    target: '/cgi-bin/token?grant_type=client_credential&appid=wx0000000000000000&secret=x',
    expected: { status: 200, json: { errcode: 40013 } },
  },
  {
    id: 'a call without a token',
    row: '`access_token` of a call',
    ...login,
    method: 'POST',
    target: '/wxa/sec/order/upload_shipping_info',
    headers: json,
    body: '{}',
    expected: { status: 200, json: { errcode: 41001 } },
  },
  {
    id: 'QQ: a token for an app of nobody',
    row: '`getToken`',
    ...qq,
    target: `/api/getToken?grant_type=client_credential&appid=${qqAppid}&secret=x`,
    expected: { status: 200, json: { errcode: 40013 } },
    isGuess: true,
  },
  {
    id: 'QQ: an order of an app of nobody',
    row: 'bad token, unknown app',
    ...qq,
    method: 'POST',
    target: `/wxpay/v3/pay/transactions/h5?appid=${qqAppid}&access_token=x&real_notify_url=https%3A%2F%2Fexample.com%2F`,
    headers: json,
    body: '{}',
    expected: { status: 200, json: { errcode: 40013 } },
    isGuess: true,
  },
]
