import { createAppIdentity, createMerchantIdentity, type MerchantIdentity } from '../simulator/wechat/identity'

/** The present shape of `installation.json`. */
export const installationVersion = 5

/** What a file of any version holds, as JSON. */
export type KeptInstallation = Readonly<Record<string, unknown>>

/** Adds what a version lacks. Keys and numbers that are there stay: orders are signed with them. Never edit a step: add one. */
interface Step {
  readonly to: number
  readonly up: (kept: KeptInstallation) => Promise<KeptInstallation>
}

const steps: readonly Step[] = [{ to: 5, up: addV2AndPartner }]

/** Files from before versions were counted have no number. */
export function versionOf({ version }: KeptInstallation): number {
  return typeof version === 'number' ? version : 1
}

/** Brings an older file to the present shape; the file of a newer version is the caller's to refuse. */
export async function upgradeInstallation(kept: KeptInstallation): Promise<KeptInstallation> {
  let upgraded = kept
  for (const { to, up } of steps) {
    if (versionOf(upgraded) < to) upgraded = { ...(await up(upgraded)), version: to }
  }
  return upgraded
}

/** Until then: no V2 key, no sub merchant, one bare public key for all merchants, and QQ knew merchants by number only. */
async function addV2AndPartner(kept: KeptInstallation): Promise<KeptInstallation> {
  const { app, subApp, merchant, platform, qqApp } = kept as {
    readonly app: { readonly appid: string }
    readonly subApp?: { readonly appid: string }
    readonly merchant: Partial<MerchantIdentity>
    readonly platform: { readonly publicKey?: string; readonly publicKeyPrivateKey?: string }
    readonly qqApp: { readonly merchants?: unknown; readonly mchids?: readonly string[] }
  }
  const { publicKey, publicKeyPrivateKey, ...platformOnly } = platform
  const sub = subApp ?? createAppIdentity()
  const fresh = await createMerchantIdentity({
    appids: [app.appid],
    ...(merchant.mchid !== undefined && { mchid: merchant.mchid }),
    subMerchants: [{ mchid: '1900000001', name: '山茶茶园', appids: [sub.appid] }],
  })
  const { mchids, ...qqOnly } = qqApp
  return {
    ...kept,
    subApp: sub,
    merchant: {
      ...fresh,
      ...(publicKey !== undefined && publicKeyPrivateKey !== undefined && { publicKey, publicKeyPrivateKey }),
      ...merchant,
    },
    platform: platformOnly,
    qqApp: {
      ...qqOnly,
      merchants: qqApp.merchants ?? (mchids ?? [fresh.mchid]).map((mchid) => ({ mchid, appids: [app.appid] })),
    },
  }
}
