import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Platform } from '../../platform/types'

export const languages = ['zh-CN', 'en'] as const
export type Language = (typeof languages)[number]

export const themes = ['light', 'dark'] as const
export type Theme = (typeof themes)[number]

export interface SettingsState {
  readonly language: Language
  /** Null: the host's. */
  readonly languageChoice: Language | null
  /** Null: the host's, which the style sheets follow by themselves. */
  readonly themeChoice: Theme | null
  /** What the person set in the host, from 0.8 to 1.5: beyond that nothing would fit a line. */
  readonly fontScale: number
}

/** How the app looks and speaks. Choices survive the app being killed. */
export interface SettingsStore extends StoreApi<SettingsState> {
  /** Looks again at what the host says: people change it behind the app's back. */
  refresh(): void
  chooseLanguage(language: Language | null): void
  chooseTheme(theme: Theme | null): void
  /** Gives the page on top its title, and the host's bar the chosen theme. */
  dressPage(title: string): void
}

export interface SettingsDeps {
  readonly platform: Pick<Platform, 'appearance' | 'dressPage' | 'storage'>
}

const key = 'settings'
const fontScaleMin = 0.8
const fontScaleMax = 1.5

export function createSettingsStore({ platform }: SettingsDeps): SettingsStore {
  const kept = fieldsOf(platform.storage.read(key))
  const languageChoice = languages.find((one) => one === kept['language']) ?? null
  const themeChoice = themes.find((one) => one === kept['theme']) ?? null
  const store = createStore<SettingsState>(() => ({ languageChoice, themeChoice, ...read(languageChoice) }))

  function read(choice: Language | null): Pick<SettingsState, 'language' | 'fontScale'> {
    const { language, fontScale } = platform.appearance()
    return {
      language: choice ?? (/^zh/i.test(language) ? 'zh-CN' : 'en'),
      fontScale: Math.min(fontScaleMax, Math.max(fontScaleMin, Math.round(fontScale * 100) / 100)),
    }
  }

  function keep(): void {
    const { languageChoice: language, themeChoice: theme } = store.getState()
    platform.storage.write(key, { language, theme })
  }

  return {
    ...store,
    refresh() {
      const next = read(store.getState().languageChoice)
      const { language, fontScale } = store.getState()
      if (next.language !== language || next.fontScale !== fontScale) store.setState(next)
    },
    chooseLanguage(choice) {
      store.setState({ languageChoice: choice, ...read(choice) })
      keep()
    },
    chooseTheme(choice) {
      store.setState({ themeChoice: choice })
      keep()
    },
    dressPage: (title) => platform.dressPage(title, store.getState().themeChoice),
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
