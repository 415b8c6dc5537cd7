import type { ComponentEnv } from 'glass-easel-miniprogram-adapter'
import type { PageConfig } from '../../packed-app'
import { hasFeature, type HostVersion } from '../host/versions'

type Define = ComponentEnv['Component']
type Options = Readonly<Record<string, unknown>>

/** Reads a component's JSON as its host does: an older WeChat, and QQ, take nothing about styles from it. */
export function toStaticConfig(config: PageConfig, host: HostVersion): Record<string, unknown> {
  const { styleIsolation, ...rest } = config
  return { ...rest, ...(hasFeature('isolationInJson', host) && styleIsolation !== undefined && { styleIsolation }) }
}

/**
 * `Component` as the host has it: a host that does not know `virtualHost` draws an element for each component, whatever its
 * script asks for.
 * @param onIsolation gets what the script says about styles from outside
 */
export function componentOf(define: Define, host: HostVersion, onIsolation: (isolation: string) => void): Define {
  const defineWith = define as (definition: Options) => unknown
  const defined = (definition?: { readonly options?: Options }): unknown => {
    if (definition === undefined) return define()
    const { options = {} } = definition
    const isolation = isolationOf(options)
    if (isolation !== null && hasFeature('isolationInScript', host)) onIsolation(isolation)
    if (hasFeature('virtualHost', host)) return defineWith(definition)
    return defineWith({ ...definition, options: { ...options, virtualHost: false } })
  }
  return defined as Define
}

/** The older word for it counts where the newer one is not used. */
function isolationOf({ styleIsolation, addGlobalClass }: Options): string | null {
  if (typeof styleIsolation === 'string') return styleIsolation
  return addGlobalClass === true ? 'apply-shared' : null
}
