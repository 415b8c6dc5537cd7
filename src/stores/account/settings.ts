import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Platform } from '../../platform/types'

export const languages = ['zh-CN', 'en'] as const
export type Language = (typeof languages)[number]

export const themes = ['light', 'dark'] as const
export type Theme = (typeof themes)[number]

export interface SettingsState {
  readonly language: Language
  /** Null: the host's language. */
  readonly languageChoice: Language | null
  /** Null: the host's theme, which the style sheets follow without our help. */
  readonly themeChoice: Theme | null
  /** The size of type that the user set in the host, from 0.8 to 1.5: larger words would not fit a line. */
  readonly fontScale: number
}

/** Language, theme and size of type. Choices survive the app being killed. */
export interface SettingsStore extends StoreApi<SettingsState> {
  /** Reads the host's settings again: users change them while the app is in the background. */
  refresh(): void
  chooseLanguage(language: Language | null): void
  chooseTheme(theme: Theme | null): void
  /** Sets the title of the page on top, and the theme of the host's bar. */
  setBar(title: string): void
}

export interface SettingsDeps {
  readonly platform: Pick<Platform, 'appearance' | 'setBar' | 'storage'>
}

const key = 'settings'
const fontScaleMin = 0.8
const fontScaleMax = 1.5

export function createSettingsStore({ platform }: SettingsDeps): SettingsStore {
  const kept = fieldsOf(platform.storage.read(key))
  const languageChoice = languages.find((one) => one === kept['language']) ?? null
  const themeChoice = themes.find((one) => one === kept['theme']) ?? null
  const store = createStore<SettingsState>(() => ({ languageChoice, themeChoice, ...appearanceFor(languageChoice) }))

  function appearanceFor(choice: Language | null): Pick<SettingsState, 'language' | 'fontScale'> {
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
      const next = appearanceFor(store.getState().languageChoice)
      const { language, fontScale } = store.getState()
      if (next.language !== language || next.fontScale !== fontScale) store.setState(next)
    },
    chooseLanguage(choice) {
      store.setState({ languageChoice: choice, ...appearanceFor(choice) })
      keep()
    },
    chooseTheme(choice) {
      store.setState({ themeChoice: choice })
      keep()
    },
    setBar: (title) => platform.setBar(title, store.getState().themeChoice),
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
