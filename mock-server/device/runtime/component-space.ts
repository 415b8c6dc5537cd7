import * as glassEasel from 'glass-easel'
import { MiniProgramEnv, type ComponentEnv, type Root } from 'glass-easel-miniprogram-adapter'
import type { PackedApp } from '../packed-app'
import { componentOf, toStaticConfig } from './view/component-options'
import type { HostVersion } from './host/versions'
import type { PhoneLog } from './log'
import type { Scope } from './scope'
import { toViewData } from './set-data'
import { PhoneBackend } from './view/context'
import type { ElementHost } from './view/elements'

/** Where pages and components of one launched app are defined and drawn. */
export interface ComponentSpace {
  readonly backend: PhoneBackend
  /** `Page`, `Component` and `Behavior` for the file of that path (without extension). */
  define(path: string): ComponentEnv
  /** Draws a page into an element. */
  open(path: string, parent: HTMLElement): DrawnPage
}

export interface DrawnPage {
  /** What the app calls `this` in a page. */
  readonly instance: PageInstance
  readonly element: HTMLElement
  close(): void
}

export type PageInstance = Record<string, unknown>

interface SpaceOptions {
  readonly packed: PackedApp
  readonly version: HostVersion
  readonly scope: Scope
  readonly log: PhoneLog
  readonly elementHost: Omit<ElementHost, 'emit'>
  /** Receives each call of setData, with the bytes that cross to the view. */
  readonly onSetData: (bytes: number) => void
}

type TemplateGroup = Record<string, unknown>

export function createComponentSpace(options: SpaceOptions): ComponentSpace {
  const { packed, version, scope, log, elementHost, onSetData } = options
  // Off by default; without it elements can't be found by the id in the template.
  glassEasel.globalOptions.writeIdToDOM = true
  const backend = new PhoneBackend(elementHost, scope)
  const environment = new MiniProgramEnv()
  const space = environment.createCodeSpace('main', true)
  const associated = environment.associateBackend(backend)
  logFaults(scope, log)

  const groupList = new Function(`return ${packed.templates}`)() as TemplateGroup
  for (const [path, config] of Object.entries(packed.configs)) {
    space.addComponentStaticConfig(path, toStaticConfig(config, version))
    const content = groupList[path]
    if (content === undefined) continue
    space.addCompiledTemplate(path, {
      groupList,
      content,
      // Legacy `bindtap="name"`; without it such bindings stay plain attributes.
      fallbackListenerOnNativeNode: true,
    } as unknown as Parameters<typeof space.addCompiledTemplate>[1])
  }
  space.setOverallBehavior(
    space
      .getComponentSpace()
      .define()
      .lifetime('created', function (this: unknown) {
        bindSetData(this as PageInstance, scope, onSetData)
      })
      .registerBehavior() as unknown as glassEasel.GeneralBehavior,
  )

  return {
    backend,
    define(path) {
      const names = space.componentEnv(path, (given) => given)
      const isolate = (styleIsolation: string): void => {
        const config: Record<string, unknown> = {
          ...toStaticConfig(packed.configs[path] ?? {}, version),
          styleIsolation,
        }
        space.addComponentStaticConfig(path, config)
      }
      return { ...names, Component: componentOf(names.Component, version, isolate) }
    },
    open(path, parent) {
      const placeholder = elementHost.document.createElement('div')
      parent.append(placeholder)
      const root: Root = associated.createRoot('page', space, path)
      const component = root.getComponent()
      const element = component.getBackendElement() as unknown as HTMLElement
      element.setAttribute('data-route', path)
      const instance = root.get() as unknown as PageInstance
      instance['route'] = path
      instance['__route__'] = path
      root.attach(parent as never, placeholder as never)
      return {
        instance,
        element,
        close() {
          root.release()
          element.remove()
        },
      }
    },
  }
}

/** Bytes of a text. Not every DOM has a TextEncoder. */
function utf8Length(text: string): number {
  return encodeURIComponent(text).replace(/%[0-9A-F]{2}/g, '.').length
}

/** Makes `this.setData` copy its data, and do nothing once the app is dead. */
function bindSetData(instance: PageInstance, scope: Scope, onSetData: (bytes: number) => void): void {
  const original = instance['setData'] as (data: Record<string, unknown>, callback?: () => void) => void
  const setData = (data: Record<string, unknown>, callback?: () => void): void => {
    if (!scope.isAlive) return
    onSetData(utf8Length(JSON.stringify(data)))
    original.call(instance, toViewData(data), callback && scope.guard(callback, 'setData callback'))
  }
  Object.defineProperty(instance, 'setData', { value: setData, configurable: true, writable: true })
}

function logFaults(scope: Scope, log: PhoneLog): void {
  const onError = (error: unknown): boolean => {
    log.add('error', [error])
    return false
  }
  const onWarning = (message: unknown): boolean => {
    // Hosts take a missing list for an empty one; Taro's templates rely on that.
    if (String(message).startsWith('The for-list data is neither')) return false
    log.add('host', [message])
    return false
  }
  glassEasel.addGlobalErrorListener(onError)
  glassEasel.addGlobalWarningListener(onWarning)
  scope.onEnd(() => {
    glassEasel.removeGlobalErrorListener(onError)
    glassEasel.removeGlobalWarningListener(onWarning)
  })
}
