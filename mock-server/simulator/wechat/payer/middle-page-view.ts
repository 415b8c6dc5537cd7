/** The H5 middle page (中间页) as HTML: no asset of another origin, only relative addresses, so that it works behind a path prefix. */

export interface PageFacts {
  readonly payee: string
  readonly total: number
  readonly outTradeNo: string
  readonly prepayId: string
  readonly digits: string
  /** Checked: an address of a registered domain, or null. */
  readonly redirectUrl: string | null
  /** Where the payer goes back to, in words. */
  readonly backTo: string
}

const style = `
:root{--bg:#f3f5f4;--surface:#fff;--press:#e9edeb;--text-1:#15191a;--text-2:#535b58;--fill:#07c160;--ink:#02210f;--accent:#06753a;--control:#059048;--soft:#e4f6ec;--danger:#bf2a25;color-scheme:light dark}
@media (prefers-color-scheme:dark){:root{--bg:#0e1110;--surface:#191d1b;--press:#2a302d;--text-1:#ecf0ee;--text-2:#b1b9b5;--accent:#46d98e;--control:#07c160;--soft:#11301f;--danger:#ff8981}}
:root[data-theme=dark]{--bg:#0e1110;--surface:#191d1b;--press:#2a302d;--text-1:#ecf0ee;--text-2:#b1b9b5;--accent:#46d98e;--control:#07c160;--soft:#11301f;--danger:#ff8981}
*{box-sizing:border-box;margin:0}
body{min-height:100vh;min-height:100dvh;display:flex;flex-direction:column;align-items:center;gap:12px;padding:48px 24px 40px;background:var(--bg);color:var(--text-1);font:17px/1.47 -apple-system,'PingFang SC','Noto Sans CJK SC',sans-serif;text-align:center}
.ring{position:relative;margin:24px 0 16px;width:92px;height:92px;display:grid;place-items:center}
.ring>svg{position:absolute;inset:0}
.app{width:52px;height:52px;border-radius:14px;background:var(--fill);color:var(--ink);display:grid;place-items:center}
h1{font-size:20px;font-weight:600}
p{color:var(--text-2);font-size:15px}
dl{width:100%;max-width:420px;margin-top:20px;padding:8px 16px;border-radius:14px;background:var(--surface)}
dl div{display:flex;justify-content:space-between;gap:16px;padding:7px 0;font-size:15px}
dt{color:var(--text-2)}dd{overflow-wrap:anywhere;text-align:right}
.grow{flex:1}
.note{display:flex;gap:8px;align-items:center;width:100%;max-width:420px;padding-left:8px;font-size:13px}
#retry{width:auto;min-height:44px;background:none;color:var(--accent);font-size:15px}
button{width:100%;max-width:420px;min-height:50px;border:0;border-radius:12px;font:inherit;font-weight:600;background:var(--press);color:var(--text-1);cursor:pointer}
#pay{background:var(--fill);color:var(--ink)}
button:disabled{background:var(--soft);color:var(--accent)}
:focus-visible{outline:2px solid var(--control);outline-offset:2px}
#error{color:var(--danger);font-size:17px}
@media (prefers-reduced-motion:no-preference){.arc{transform-origin:center;animation:turn 1.4s linear infinite}@keyframes turn{to{transform:rotate(1turn)}}}`

const ring = `<div class="ring" aria-hidden="true"><svg viewBox="0 0 92 92" fill="none" stroke-width="5"><circle cx="46" cy="46" r="43" stroke="var(--soft)"/><path class="arc" d="M46 3a43 43 0 0 1 40 56" stroke="var(--control)" stroke-linecap="round"/></svg><div class="app"><svg width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><path d="M14 4h6v6M20 4l-9 9M19 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1h5"/></svg></div></div>`

const flask =
  '<svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M5.5 2h5M6.5 2v4L3 12.6A1 1 0 0 0 3.9 14h8.2a1 1 0 0 0 .9-1.4L9.5 6V2M4.6 10h6.8"/></svg>'

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? character)
}

function page(title: string, nonce: string, body: string): string {
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover"><title>${title}</title><style nonce="${nonce}">${style}</style></head><body>${body}</body></html>`
}

/** What the page does, as text: it runs in the browser, where nothing of ours can be imported. */
const behaviour = `({ prepayId, digits, redirectUrl }) => {
  const byId = (id) => document.getElementById(id)
  const buttons = [byId('pay'), byId('cancel')]
  const leave = (outcome) => {
    if (parent !== window) parent.postMessage({ source: 'checkmweb', outcome }, '*')
    else if (redirectUrl) location.href = redirectUrl
    else history.back()
  }
  const go = async (step, outcome) => {
    for (const button of buttons) button.disabled = true
    try {
      const answer = await fetch('checkmweb/' + step, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ prepay_id: prepayId, package: digits }),
      })
      if (answer.ok) return leave(outcome)
      byId('error').textContent = (await answer.json()).message
    } catch {
      byId('error').textContent = '网络错误，请重试'
    }
    for (const button of buttons) button.disabled = false
  }
  byId('pay').onclick = () => go('pay', 'paid')
  byId('cancel').onclick = () => go('cancel', 'cancelled')
  byId('retry').onclick = () => location.reload()
}`

/** @param nonce of the Content-Security-Policy */
export function renderPayPage(facts: PageFacts, nonce: string): string {
  const { payee, total, outTradeNo, backTo, prepayId, digits, redirectUrl } = facts
  const data = JSON.stringify({ prepayId, digits, redirectUrl }).replace(/</g, '\\u003c')
  return page(
    '微信支付',
    nonce,
    `${ring}<h1>正在打开微信…</h1><p>请在微信中完成付款，完成后返回${escapeHtml(backTo)}</p>
<dl><div><dt>收款方</dt><dd>${escapeHtml(payee)}</dd></div><div><dt>金额</dt><dd><b>¥${(total / 100).toFixed(2)}</b></dd></div><div><dt>订单号</dt><dd>${escapeHtml(outTradeNo)}</dd></div></dl>
<button id="retry" type="button">没有自动打开？再试一次</button><p id="error" role="alert"></p><div class="grow"></div><p class="note">${flask}本地模拟的中间页，不会真实扣款</p>
<button id="pay" type="button">完成支付</button><button id="cancel" type="button">取消</button>
<script nonce="${nonce}">(${behaviour})(${data})</script>`,
  )
}

export function renderErrorPage(text: string, internal: number | null, nonce: string): string {
  const number = internal === null ? '' : `<p class="note">${internal}</p>`
  return page(
    '微信支付',
    nonce,
    `<div class="grow"></div><p id="error" role="alert">${escapeHtml(text)}</p>${number}<div class="grow"></div>`,
  )
}
