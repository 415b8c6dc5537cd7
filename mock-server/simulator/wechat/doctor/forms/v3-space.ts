import { v3RequestMessage } from '../../../../wire/v3-signing'
import { jsonForms } from './json-forms'
import type { Alternative, SearchSpace } from './search'

/** Every text that clients are known to sign instead of the right one. */

export interface SignedParts {
  readonly method: string
  /** Path and query as they came. */
  readonly target: string
  readonly timestamp: string
  readonly nonce: string
  readonly body: string
  /** The Host header. */
  readonly host?: string
  /** The target under which a proxy was called, where it says so. */
  readonly proxiedTarget?: string
}

type Name = 'method' | 'target' | 'timestamp' | 'nonce' | 'body'

export function v3SearchSpace(parts: SignedParts): SearchSpace<Name> {
  const { method, target, timestamp, nonce, body } = parts
  const lines = (eol: string) => (v: Readonly<Record<Name, string>>) =>
    [v.method, v.target, v.timestamp, v.nonce, v.body].join(eol)
  return {
    parts: {
      target: { right: target, wrong: targets(parts) },
      body: { right: body, wrong: bodies(body, target) },
      method: { right: method, wrong: methods(method) },
      timestamp: { right: timestamp, wrong: timestamps(timestamp) },
      nonce: { right: nonce, wrong: [] },
    },
    layout: (v) => v3RequestMessage(v.method, v.target, v.timestamp, v.nonce, v.body),
    layouts: [
      { finding: 'LAST_LF_MISSING', what: 'a text without its last line feed', join: lines('\n') },
      { finding: 'CRLF', what: 'lines that end with CR LF', join: (v) => `${lines('\r\n')(v)}\r\n` },
      { finding: 'CRLF', what: 'lines parted by CR LF, the last without one', join: lines('\r\n') },
      {
        finding: 'LAST_LF_MISSING',
        what: 'a text without the line of the body',
        join: (v) => `${v.method}\n${v.target}\n${v.timestamp}\n${v.nonce}`,
      },
      {
        finding: 'LITERAL_LF',
        what: 'a backslash and an n in the place of each line feed',
        join: (v) => `${lines('\\n')(v)}\\n`,
      },
      { finding: 'LINES_JOINED', what: 'all parts in one line', join: lines('') },
      { finding: 'EXTRA_LF', what: 'a text with one line feed too many', join: (v) => `${lines('\n')(v)}\n\n` },
      {
        finding: 'LINE_ORDER',
        what: 'the nonce before the timestamp',
        join: (v) => v3RequestMessage(v.method, v.target, v.nonce, v.timestamp, v.body),
      },
      {
        finding: 'ANSWER_LAYOUT',
        what: 'three lines (timestamp, nonce, body), which is what an answer is verified with',
        join: (v) => `${v.timestamp}\n${v.nonce}\n${v.body}\n`,
      },
    ],
  }
}

function methods(method: string): readonly Alternative[] {
  const others = ['GET', 'POST', 'PUT', 'DELETE', method.toLowerCase()]
  return others.map((value) => ({ finding: 'METHOD_DIFFERS', what: `the method ${value} instead of ${method}`, value }))
}

/** Two looks at the clock are a second or two apart. */
const driftsSec = [-1, 1, -2, 2]

function timestamps(timestamp: string): readonly Alternative[] {
  const drifted = driftsSec.map((drift): Alternative => ({
    finding: 'TIMESTAMP_DIFFERS',
    what: `a timestamp ${Math.abs(drift)} s ${drift < 0 ? 'before' : 'after'} the one in the header`,
    value: String(Number(timestamp) + drift),
  }))
  return [{ finding: 'TIMESTAMP_MS', what: 'the timestamp in milliseconds', value: `${timestamp}000` }, ...drifted]
}

function targets({ target, host, proxiedTarget }: SignedParts): readonly Alternative[] {
  const question = target.indexOf('?')
  const path = question < 0 ? target : target.slice(0, question)
  const query = question < 0 ? '' : target.slice(question)
  const proxied = (what: string, value: string): Alternative => ({ finding: 'PROXY_TARGET_SIGNED', what, value })
  const differs = (what: string, value: string): Alternative => ({ finding: 'PATH_DIFFERS', what, value })
  return [
    { finding: 'QUERY_LEFT_OUT', what: 'the path without its query', value: path },
    ...(proxiedTarget === undefined
      ? []
      : [
          proxied("the proxy's address with its query", proxiedTarget),
          proxied("WeChat Pay's path with the proxy's query", proxiedTarget.replace(/^\/wxpay(?=\/)/, '')),
        ]),
    proxied("the proxy's path, with /wxpay in front", `/wxpay${target}`),
    ...(path.startsWith('/wxpay/') ? [differs('the path without /wxpay', target.slice('/wxpay'.length))] : []),
    ...placeholders(path, query),
    { finding: 'TARGET_DECODED', what: 'the address with its percent-escapes decoded', value: decode(target) },
    { finding: 'TARGET_DECODED', what: 'the path with its percent-escapes decoded', value: decode(path) + query },
    {
      finding: 'TARGET_ENCODED',
      what: 'the path with more percent-escapes than were sent',
      value: encodeSegments(path) + query,
    },
    ...(host === undefined ? [] : full(host, target)),
    ...full('api.mch.weixin.qq.com', target),
    differs('the path without /v3', target.replace(/^\/v3(?=\/)/, '')),
    differs('the path without its first slash', target.slice(1)),
    differs('the path with a slash at its end', `${path}/${query}`),
  ]
}

function full(host: string, target: string): readonly Alternative[] {
  return ['https', 'http'].map((scheme) => ({
    finding: 'FULL_ADDRESS_SIGNED',
    what: `the whole address, beginning with ${scheme}://${host}`,
    value: `${scheme}://${host}${target}`,
  }))
}

/** Paths with a number, as documentation and SDKs write them. */
const templates: readonly (readonly [RegExp, readonly string[]])[] = [
  [/(\/out-trade-no\/)[^/]+/, ['{out_trade_no}', ':out_trade_no', '{combine_out_trade_no}', '%7Bout_trade_no%7D']],
  [/(\/transactions\/id\/)[^/]+/, ['{transaction_id}', ':transaction_id', '%7Btransaction_id%7D']],
  [/(\/refunds\/)[^/]+/, ['{out_refund_no}', ':out_refund_no', '%7Bout_refund_no%7D']],
]

function placeholders(path: string, query: string): readonly Alternative[] {
  return templates.flatMap(([pattern, names]) =>
    pattern.test(path)
      ? names.flatMap((name) => {
          const value = path.replace(pattern, (_all, head: string) => head + name)
          const what = `the path with ${name} unfilled`
          return [
            { finding: 'PLACEHOLDER_SIGNED', what, value: value + query } as const,
            { finding: 'PLACEHOLDER_SIGNED', what: `${what} and without its query`, value } as const,
          ]
        })
      : [],
  )
}

/** Longer bodies are not tried in other forms. */
const formCharsMax = 65_536

function bodies(body: string, target: string): readonly Alternative[] {
  const phantom = (what: string, value: string): Alternative => ({ finding: 'BODY_SIGNED_BUT_NOT_SENT', what, value })
  if (body === '') {
    const question = target.indexOf('?')
    const query = question < 0 ? '' : target.slice(question + 1)
    return [
      phantom('an empty JSON object as the body, although none is sent', '{}'),
      phantom('the word null as the body, although none is sent', 'null'),
      phantom('the word undefined as the body, although none is sent', 'undefined'),
      phantom('an empty string in quotes as the body, although none is sent', '""'),
      phantom('the query as the body', query),
      phantom('the query as a JSON body', JSON.stringify(Object.fromEntries(new URLSearchParams(query)))),
    ]
  }
  const leftOut: Alternative = { finding: 'BODY_LEFT_OUT', what: 'an empty body', value: '' }
  if (body.length > formCharsMax) return [leftOut]
  return [
    leftOut,
    ...jsonForms(body),
    { finding: 'BODY_TRIMMED', what: 'the body without the white space around it', value: body.trim() },
    { finding: 'BODY_TRIMMED', what: 'the body without its byte order mark', value: body.replace(/^\ufeff/, '') },
    { finding: 'BODY_LEFT_OUT', what: 'an empty JSON object as the body', value: '{}' },
    { finding: 'BODY_LEFT_OUT', what: '[object Object] as the body', value: '[object Object]' },
  ]
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // No percent-escapes of UTF-8: nothing to decode.
    return text
  }
}

/** As Go's `url.PathEscape` and careful clients do. */
function encodeSegments(path: string): string {
  return path
    .split('/')
    .map((segment) =>
      encodeURIComponent(decode(segment)).replace(
        /[!'()*]/g,
        (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join('/')
}
